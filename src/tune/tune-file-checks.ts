import { ACTIONS } from "../core/action.ts";
import type { Remark } from "../core/config-positions.ts";
import { spanAt, type Path, type Tree } from "../core/config-tree.ts";
import { GROUP_SETTINGS } from "./group-settings.ts";
import type { KnobFile, Reading, TuneFile } from "./tune-file.ts";

type Finding = readonly [path: Path, says: string];

/** What the schema cannot see: how the values stand to each other. */
export function checkTuneFile(file: TuneFile, tree: Tree): Remark[] {
  const knobs = Object.entries(file.knobs).flatMap(([name, knob]) =>
    [...checkValues(name, knob), ...checkWay(name, knob, file)].map(([path, says]): Finding => [
      ["knobs", name, ...path],
      says,
    ]),
  );
  const found = [...checkWhole(file), ...knobs, ...checkReadings(file)];
  return found.map(([path, says]) => ({ span: spanAt(tree, path), says }));
}

function checkWhole({ knobs, budget }: TuneFile): Finding[] {
  const cgroup = Object.values(knobs).map((knob) => knob.cgroup);
  return [
    ...(Object.keys(knobs).length === 0
      ? [[["knobs"], "there is nothing to change: name at least one knob"] as const]
      : []),
    ...(budget.runs === undefined && budget.minutes === undefined
      ? [[["budget"], "say how long it may take: `runs`, `minutes` or both"] as const]
      : []),
    ...(cgroup.includes("cpu.idle") && cgroup.includes("cpu.weight")
      ? [[["knobs"], "a group with cpu.idle has no cpu.weight: take one of them"] as const]
      : []),
  ];
}

function checkValues(name: string, knob: KnobFile): Finding[] {
  const { range, choices, log, integer } = knob;
  if ((range === undefined) === (choices === undefined))
    return [[[], `\`${name}\` needs either a \`range: [lowest, highest]\` or \`choices: [...]\``]];
  if (choices !== undefined) return checkChoices(knob, choices);
  if (range === undefined) return [];
  const [low, high] = range;
  const bounds = boundsOf(knob);
  if (!(low < high)) return [[["range"], "the lowest value must be below the highest"]];
  if (log && low <= 0) return [[["range"], "with `log` the lowest value must be above 0"]];
  if (integer && !(Number.isInteger(low) && Number.isInteger(high)))
    return [[["range"], "with `integer` both ends must be whole numbers"]];
  if (bounds !== undefined && (low < bounds.min || high > bounds.max))
    return [[["range"], `only ${bounds.min} to ${bounds.max} ${bounds.unit} can be set`]];
  return checkDefault(knob, low, high);
}

function checkDefault(
  { default: given, integer, sysctl, cgroup, read }: KnobFile,
  low: number,
  high: number,
): Finding[] {
  if (given === undefined) {
    const fresh = cgroup === undefined ? "a value" : GROUP_SETTINGS[cgroup].fresh;
    if (fresh !== "a value")
      return [[[], `a new group has ${fresh}: say the \`default\` that everything is compared with`]];
    return sysctl === undefined && cgroup === undefined && read === undefined
      ? [[[], "say the `default`: everything is compared with it"]]
      : [];
  }
  if (typeof given !== "number") return [[["default"], "the default of a range must be a number"]];
  if (given < low || given > high) return [[["default"], `the default must lie within the range, ${low} to ${high}`]];
  return integer && !Number.isInteger(given)
    ? [[["default"], "with `integer` the default must be a whole number"]]
    : [];
}

function checkChoices(
  { default: given, log, integer, sysctl, cgroup, read }: KnobFile,
  choices: readonly (string | number)[],
): Finding[] {
  if (new Set(choices.map(String)).size < choices.length) return [[["choices"], "the same value is given twice"]];
  if (log || integer) return [[["choices"], "`log` and `integer` are for ranges"]];
  if ((sysctl ?? cgroup) !== undefined) return [[["choices"], "sysctl and cgroup take a `range` of whole numbers"]];
  if (given === undefined && read === undefined) return [[[], "say the `default`: everything is compared with it"]];
  return given === undefined || choices.includes(given)
    ? []
    : [[["default"], "the default must be one of the choices"]];
}

/** What the kernel's own knobs can be set to. */
function boundsOf({
  sysctl,
  cgroup,
}: KnobFile): { readonly min: number; readonly max: number; readonly unit: string } | undefined {
  if (cgroup !== undefined) return GROUP_SETTINGS[cgroup];
  return sysctl === undefined ? undefined : ACTIONS[`sysctl.${sysctl}`];
}

const WAYS = ["env", "sysctl", "cgroup", "set"] as const;

function checkWay(name: string, knob: KnobFile, file: TuneFile): Finding[] {
  const ways = WAYS.filter((way) => knob[way] !== undefined);
  if (ways.length > 1) return [[[ways[1] ?? "set"], `only one way to set it: \`${ways[0]}\` or \`${ways[1]}\``]];
  const [way] = ways;
  if (way !== "set" && (knob.read ?? knob.reset) !== undefined)
    return [[[knob.read === undefined ? "reset" : "read"], "only for a knob that has `set`"]];
  if (way === undefined)
    return occurs(name, file) ? [] : [[[], `\`{${name}}\` does not occur in the command: how is it set?`]];
  if (way === "set") return checkCommands(knob);
  return (way === "sysctl" || way === "cgroup") && !knob.integer
    ? [[[way], "the kernel takes whole numbers: add `integer: true`"]]
    : [];
}

function checkCommands({ set = "", read, reset }: KnobFile): Finding[] {
  if (!set.includes("{value}")) return [[["set"], "`{value}` must stand where the value goes"]];
  return read === undefined && reset === undefined
    ? [[["set"], "say how it is undone: `read` (what it prints is set again) or `reset`"]]
    : [];
}

function occurs(name: string, { command, prepare = "", cleanup = "", metric, constraints }: TuneFile): boolean {
  const texts = [command, prepare, cleanup, ...[metric, ...constraints].map((each) => each.command ?? "")];
  return texts.some((text) => text.includes(`{${name}}`));
}

function checkReadings({ metric, constraints }: TuneFile): Finding[] {
  const twice = (reading: Reading, path: Path): Finding[] => {
    const given = (["pattern", "json", "time"] as const).filter((key) => reading[key] !== undefined);
    if (given.length > 1) return [[[...path, given[1] ?? ""], `only one of \`${given[0]}\` and \`${given[1]}\``]];
    return reading.time && reading.command !== undefined
      ? [[[...path, "command"], "`time` is that of the command at the top: nothing else prints it"]]
      : [];
  };
  return [
    ...twice(metric, ["metric"]),
    ...constraints.flatMap((constraint, at) => {
      const path = ["constraints", at];
      const bounded = constraint.below !== undefined || constraint.above !== undefined;
      return [
        ...twice(constraint, path),
        ...(bounded ? [] : [[path, "say what must hold: `below` or `above`"] as const]),
      ];
    }),
  ];
}
