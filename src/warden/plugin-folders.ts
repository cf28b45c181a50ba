import { basename, join } from "node:path";
import { failed, ok, type Result } from "../core/errors.ts";
import { PLUGIN_LIMITS, PLUGIN_NAME, type PluginSource } from "../core/plugin.ts";
import type { PluginKnob } from "../core/actions-plugin.ts";
import { readKnobTable } from "../core/plugin-knobs.ts";
import { listOwned, type OwnedOptions, readOwned } from "../kernel/owned-file.ts";

export interface PluginFolder extends PluginSource {
  readonly folder: string;
  /** `knobs.yaml`. */
  readonly knobs?: readonly PluginKnob[];
  /** `output.js`: a module like `agent.js`, for the sender's process. */
  readonly output?: string;
  /** `rules/*.yaml`, by name. */
  readonly rules: readonly { readonly file: string; readonly text: string }[];
}

export interface ReadPlugins {
  readonly plugins: readonly PluginFolder[];
  /** Those that are not loaded, each in a sentence. */
  readonly refused: readonly string[];
}

/**
 * What the folders that the configuration lists hold: `agent.js`, `output.js`, `knobs.yaml`, `rules/*.yaml`. Nothing is run here, and only the knobs are understood. A folder
 * that anybody but root could have written is left out whole.
 */
export function readPlugins(folders: readonly string[], options: OwnedOptions = {}): ReadPlugins {
  const plugins: PluginFolder[] = [];
  const refused: string[] = [];
  let left: number = PLUGIN_LIMITS.agents;
  for (const folder of folders) {
    const read = readPlugin(folder, options);
    const size = read.ok ? (read.value.agent ?? "").length : 0;
    const known = read.ok && plugins.some(({ name }) => name === read.value.name);
    const files = plugins.flatMap(({ knobs = [] }) => knobs.map(({ file }) => file));
    const twice = read.ok ? read.value.knobs?.find(({ file }) => files.includes(file)) : undefined;
    if (!read.ok) refused.push(`plugin ${folder}: ${read.says}`);
    else if (known) refused.push(`plugin ${folder}: there is another of this name`);
    else if (twice !== undefined) refused.push(`plugin ${folder}: ${twice.file} is a knob of another plugin`);
    else if (size > left) refused.push(`plugin ${folder}: agents may have ${PLUGIN_LIMITS.agents} bytes together`);
    else {
      left -= size;
      plugins.push(read.value);
    }
  }
  return { plugins, refused };
}

function readPlugin(folder: string, options: OwnedOptions): Result<PluginFolder> {
  const name = basename(folder);
  if (!PLUGIN_NAME.test(name)) return failed("SW-PLUGIN", "its name must be of small letters, digits and -");
  const listed = listOwned(folder, options);
  if (!listed.ok) return listed;
  const readFile = (file: string, limit: number): Result<string> | undefined =>
    listed.value.includes(file) ? readOwned(join(folder, file), limit, options) : undefined;
  const rules = listed.value.includes("rules") ? readRules(join(folder, "rules"), options) : ok([]);
  if (!rules.ok) return rules;
  const agent = readFile("agent.js", PLUGIN_LIMITS.agent);
  if (agent?.ok === false) return agent;
  const output = readFile("output.js", PLUGIN_LIMITS.output);
  if (output?.ok === false) return output;
  const table = readFile("knobs.yaml", PLUGIN_LIMITS.knobs);
  if (table?.ok === false) return table;
  const knobs = table && readKnobTable({ file: join(folder, "knobs.yaml"), text: table.value });
  if (knobs?.ok === false) return knobs;
  if (rules.value.length === 0 && [agent, output, knobs].every((each) => each === undefined))
    return failed("SW-PLUGIN", "it holds none of agent.js, output.js, knobs.yaml, rules/*.yaml");
  return ok({
    name,
    folder,
    rules: rules.value,
    ...(agent && { agent: agent.value }),
    ...(output && { output: output.value }),
    ...(knobs && { knobs: knobs.value }),
  });
}

function readRules(folder: string, options: OwnedOptions): Result<PluginFolder["rules"]> {
  const listed = listOwned(folder, options);
  if (!listed.ok) return listed;
  const names = listed.value.filter((name) => /^[^.].*\.yaml$/.test(name)).sort();
  if (names.length > PLUGIN_LIMITS.ruleFiles)
    return failed("SW-PLUGIN", `more than ${PLUGIN_LIMITS.ruleFiles} files of rules`);
  const rules: PluginFolder["rules"][number][] = [];
  let left: number = PLUGIN_LIMITS.rules;
  for (const name of names) {
    const file = join(folder, name);
    const text = readOwned(file, left, options);
    if (!text.ok) return text;
    left -= text.value.length;
    rules.push({ file, text: text.value });
  }
  return ok(rules);
}
