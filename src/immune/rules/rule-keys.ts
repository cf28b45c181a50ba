export type Override = "append" | "replace";

export interface KeySpec {
  /** How a later file may change it (`override:`). */
  readonly overrides: readonly Override[];
  readonly says: string;
}

const BOTH = ["append", "replace"] as const;

export const LIST_KEYS = {
  list: { overrides: [], says: "name of the list" },
  items: { overrides: BOTH, says: "values, or names of lists" },
} as const satisfies Record<string, KeySpec>;

export const MACRO_KEYS = {
  macro: { overrides: [], says: "name of the macro" },
  condition: { overrides: BOTH, says: "a piece of a condition" },
} as const satisfies Record<string, KeySpec>;

export const RULE_KEYS = {
  rule: { overrides: [], says: "name of the rule" },
  desc: { overrides: BOTH, says: "what it notices, for people" },
  condition: { overrides: BOTH, says: "when it fires" },
  output: { overrides: BOTH, says: "the alert's text, with %fields" },
  priority: { overrides: ["replace"], says: "EMERGENCY to DEBUG" },
  tags: { overrides: BOTH, says: "words to choose rules by; mitre_* and T… name the technique" },
  exceptions: { overrides: BOTH, says: "what is left out" },
  enabled: { overrides: ["replace"], says: "false: not used" },
  source: { overrides: [], says: "where events come from" },
  warn_evttypes: { overrides: ["replace"], says: "false: no warning where no event type is named" },
  "skip-if-unknown-filter": { overrides: ["replace"], says: "true: left out where a field is not known" },
  // Understood by others and of no meaning here; read without a warning.
  capture: { overrides: ["replace"], says: "ignored: nothing is captured" },
  capture_duration: { overrides: ["replace"], says: "ignored: nothing is captured" },
} as const satisfies Record<string, KeySpec>;

/** In every entry. */
export const ENTRY_KEYS = ["append", "override"] as const;

/** Entries that are no definition. */
export const FILE_KEYS = ["required_engine_version", "required_plugin_versions"] as const;

/** The version of the rule language that is read here (Falco 0.45). */
export const ENGINE_VERSION = [0, 63, 0] as const;
