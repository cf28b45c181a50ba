import { z } from "zod";
import { type ActionKind, type ActionSpec, knownSpec } from "./action.ts";
import { isPluginFile, isPluginKind, kindOf, PLUGIN_KNOB, type PluginKnob, REFUSED_FILES } from "./actions-plugin.ts";
import { parseYaml } from "./config-load-yaml.ts";
import { showRemark, type Source } from "./config-positions.ts";
import { valueOf } from "./config-tree.ts";
import { failed, ok, type Result } from "./errors.ts";
import { printable } from "./printable.ts";

const whole = z.int().min(0);

/** One knob of a plugin, as data: which file of a group, in which bounds, and what the search tries. All values are what the file takes. */
export const knobSchema = z
  .strictObject({
    file: z.string().max(64),
    of: z.enum(["latency", "batch"]),
    says: z.string().min(1).max(200),
    unit: z.string().max(32).default(""),
    min: whole,
    max: whole,
    levels: z.array(whole).min(1).max(8),
    largestFactor: z.number().min(1).max(1_000_000).default(1),
    largestStep: z.number().min(1).exactOptional(),
    perMinute: z.int().min(1).max(60).default(30),
    settleSeconds: z.number().min(0.1).max(30).default(2),
    restrains: z.boolean().default(true),
  })
  .superRefine(({ file, min, max, levels }, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    if (Object.hasOwn(REFUSED_FILES, file)) wrong("file", `${file} ${REFUSED_FILES[file]}`);
    else if (!isPluginFile(file)) wrong("file", "must be a file of a cgroup's controller, such as memory.swap.max");
    if (min > max) wrong("min", `${min} is above max, ${max}`);
    const outside = levels.find((level) => level < min || level > max);
    if (outside !== undefined) wrong("levels", `${outside} is outside ${min} to ${max}`);
  });

const tableSchema = z.strictObject({ knobs: z.array(knobSchema).min(1).max(16) });

/** The kinds of action that plugins add, each with its bounds. */
export type PluginSpecs = ReadonlyMap<ActionKind, ActionSpec>;

/** A plugin's `knobs.yaml`. SW-PLUGIN, with the place. */
export function readKnobTable(source: Source): Result<readonly PluginKnob[]> {
  const { tree, wrong } = parseYaml(source);
  const [first] = wrong;
  if (first !== undefined) return failed("SW-PLUGIN", showRemark(first).split("\n")[0] ?? "");
  const table = tableSchema.safeParse(tree === undefined ? undefined : valueOf(tree));
  if (table.success) return ok(table.data.knobs);
  const [issue] = table.error.issues;
  const at = printable(issue?.path.map(String).join(".") ?? "", 100);
  return failed("SW-PLUGIN", `${source.file}: ${at === "" ? "" : `${at}: `}${printable(issue?.message ?? "", 200)}`);
}

export function specsOf(knobs: readonly PluginKnob[]): PluginSpecs {
  return new Map(knobs.map((knob) => [kindOf(knob), pluginSpec(knob)]));
}

/** Of a kind that is built in, or that some plugin's table has. */
export function specWith(plugins: PluginSpecs, kind: string): ActionSpec | undefined {
  return isPluginKind(kind) ? plugins.get(kind) : knownSpec(kind);
}

/** A table narrows what holds for all plugins' knobs, and widens nothing. */
function pluginSpec({ says, unit, min, max, largestFactor, largestStep, perMinute }: PluginKnob): ActionSpec {
  return {
    ...PLUGIN_KNOB,
    says: printable(says, 200),
    unit: printable(unit, 32),
    min,
    max,
    maxStepFactor: largestFactor,
    ...(largestStep !== undefined && { maxStep: largestStep }),
    perMinute,
  };
}
