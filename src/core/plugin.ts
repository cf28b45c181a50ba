import type { EntityKey, ProcessRef } from "./entity.ts";
import type { ProcessRecord } from "./agent.ts";
import type { EventKind, SensedEvent } from "./event.ts";
import type { LineageStep } from "./incident.ts";

/** Bounds of what is read from a plugin's folder; characters. Everything has to go into one message to the hive (core/wire/frame.ts). */
export const PLUGIN_LIMITS = {
  agent: 64 * 1024,
  output: 64 * 1024,
  knobs: 16 * 1024,
  agents: 256 * 1024,
  rules: 256 * 1024,
  ruleFiles: 16,
} as const;

/** What a plugin's folder is called, and its agent after it. */
export const PLUGIN_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** One plugin as the warden read it: texts, which only the hive makes anything of. */
export interface PluginSource {
  readonly name: string;
  /** `agent.js`: a module without imports of its own files. */
  readonly agent?: string;
}

/** What `agent.js` gives by default: a function without arguments that makes one of these. Times are milliseconds. */
export interface PluginModule {
  /** One sentence for `swarms status` and `doctor`. */
  readonly says: string;
  /** Kinds of event that it is told of; those of source "call" cost every process a little (core/event-kinds.ts). */
  readonly wants: readonly EventKind[];
  /** Must not keep the event, which is another a moment later, nor change it, nor take long: nothing else runs meanwhile. */
  onEvent(event: SensedEvent, host: PluginHost): void;
  /** What it has learned, as plain JSON; saved every minute and at the end. */
  remember?(): unknown;
  /** What `remember` gave in an earlier run. */
  recall?(memory: unknown): void;
}

/** All that a plugin's agent can do: look, and tell a fact. It can propose nothing and reach nothing. */
export interface PluginHost {
  /** Monotonic, and the wall clock. */
  readonly nowMs: number;
  readonly wallMs: number;
  process(of: ProcessRef | EntityKey): ProcessRecord | undefined;
  /** Youngest first, itself among them. */
  lineage(of: ProcessRef | EntityKey): readonly LineageStep[];
  /** Evidence on it now, of all agents. */
  danger(of: ProcessRef | EntityKey): number;
  tell(fact: PluginFact): void;
}

/** One fact about a process. The plugin's name is its kind of evidence, one kind whatever it tells. */
export interface PluginFact {
  readonly about: ProcessRef;
  /** 0 to 1: below 0.5 often innocent, from 0.9 on nearly always an attack. Two kinds and 1.5 make an incident. */
  readonly weight: number;
  /** One sentence: what was done, to what. */
  readonly says: string;
  /** What makes it the same fact again: program and object. Default: `says`. */
  readonly what?: readonly string[];
  readonly numbers?: Readonly<Record<string, number>>;
  /** MITRE ATT&CK: T1059.004. */
  readonly techniques?: readonly string[];
}

/**
 * What `output.js` gives by default: called for one record after the other, in the sender's process. Nothing given back means that it
 * was delivered; an error, or no end in time, that the same is to be tried again; `refused` that it never will be taken.
 */
export type PluginOutput = (
  record: Readonly<Record<string, unknown>>,
  host: PluginOutputHost,
) => undefined | { readonly refused: string } | Promise<undefined | { readonly refused: string }>;

/** What the configuration has for it. */
export interface PluginOutputHost {
  /** The same whenever a record is told again. */
  readonly id: string;
  readonly url?: string;
  /** First line of `tokenFile`. */
  readonly token?: string;
  /** Aborted when its time is over. */
  readonly signal: AbortSignal;
}
