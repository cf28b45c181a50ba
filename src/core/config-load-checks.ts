import { ACTION_KINDS, ACTIONS } from "./action.ts";
import { faultOf } from "./condition.ts";
import type { Config } from "./config.ts";
import { outputFaults } from "./config-outputs.ts";
import type { Remark } from "./config-positions.ts";
import { spanAt, type Path, type Tree } from "./config-tree.ts";
import { matchOf } from "./workload-match.ts";
import { matchWords } from "./workload.ts";

interface Findings {
  readonly wrong: readonly Remark[];
  /** Allowed, but surely not meant. */
  readonly warnings: readonly Remark[];
}

/** What the schema cannot see: how the values stand to each other. */
export function checkMeaning(config: Config, tree: Tree): Findings {
  const remark = ([path, says]: Finding): Remark => ({ span: spanAt(tree, path), says });
  const wrong = [
    ...wholeHost(config),
    ...twice(config),
    ...widened(config),
    ...policiesTwice(config),
    ...outputs(config),
  ];
  const warnings = [...outsideScope(config), ...withoutEffect(config), ...idlePolicies(config)];
  return { wrong: [...wrong.map(remark), ...wrongConditions(config, tree)], warnings: warnings.map(remark) };
}

type Finding = readonly [path: Path, says: string];

function wholeHost(config: Config): Finding[] {
  return config.scope.flatMap((pattern, index): Finding[] =>
    pattern === "/*"
      ? [[["scope", index], "`scope` may not be the whole host: name the subtrees that may be touched"]]
      : [],
  );
}

function twice(config: Config): Finding[] {
  const names = new Set<string>();
  const groups = new Map<string, string>();
  return config.workloads.flatMap((workload, index): Finding[] => {
    const { name } = workload;
    const where = matchWords(workload);
    const found: Finding[] = [];
    if (names.has(name))
      found.push([["workloads", index, "name"], `there is already a workload named \`${name}\`: give another name`]);
    const other = groups.get(where);
    if (other !== undefined)
      found.push([
        ["workloads", index, workload.cgroup === undefined ? "match" : "cgroup"],
        `${workload.cgroup === undefined ? "what this matches" : "this cgroup"} is already the workload \`${other}\`: keep one of them`,
      ]);
    names.add(name);
    groups.set(where, name);
    return found;
  });
}

/** Configuration can only narrow what an action may do. */
function widened(config: Config): Finding[] {
  return ACTION_KINDS.flatMap((kind): Finding[] => {
    const { min = ACTIONS[kind].min, max = ACTIONS[kind].max } = config.actions[kind] ?? {};
    const { min: low, max: high } = ACTIONS[kind];
    const range = `bounds can only be narrowed, and ${kind} has ${low} to ${high}`;
    if (min < low || min > high) return [[["actions", kind, "min"], range]];
    if (max < low || max > high) return [[["actions", kind, "max"], range]];
    return min > max
      ? [[["actions", kind, "min"], `\`min\` ${min} is above \`max\` ${max}: nothing would be allowed`]]
      : [];
  });
}

function policiesTwice(config: Config): Finding[] {
  const names = new Set<string>();
  return config.policies.flatMap(({ name, min, max }, index): Finding[] => {
    const found: Finding[] = [];
    if (names.has(name))
      found.push([["policies", index, "name"], `there is already a policy named \`${name}\`: give another name`]);
    names.add(name);
    if (min !== undefined && max !== undefined && min > max)
      found.push([["policies", index, "min"], `\`min\` ${min} is above \`max\` ${max}: nothing would be allowed`]);
    return found;
  });
}

function outputs(config: Config): Finding[] {
  const names = new Set<string>();
  const plugins = config.plugins.map((folder) => folder.slice(folder.lastIndexOf("/") + 1));
  return config.outputs.flatMap((output, index): Finding[] => {
    const { name, plugin } = output;
    const known = names.has(name);
    names.add(name);
    const faults = outputFaults(output).map(([key, says]): Finding => [["outputs", index, key], says]);
    if (plugin !== undefined && !plugins.includes(plugin))
      faults.push([["outputs", index, "plugin"], `\`plugins\` lists no folder named \`${plugin}\`: add it there`]);
    if (!known) return faults;
    return [...faults, [["outputs", index, "name"], `there is already an output named \`${name}\`: give another name`]];
  });
}

/** Each with the very characters of the condition, where it is written on one line. */
function wrongConditions(config: Config, tree: Tree): Remark[] {
  return config.policies.flatMap(({ when }, index): Remark[] => {
    const fault = when === undefined ? undefined : faultOf(when);
    if (fault === undefined || when === undefined) return [];
    const span = spanAt(tree, ["policies", index, "when"]);
    const written = span.source.text.slice(span.start, span.end);
    const at = written.indexOf(when);
    const says = `\`policies[${index}].when\`: ${fault.says}`;
    if (at < 0) return [{ span, says }];
    const start = span.start + at + fault.start;
    return [{ span: { ...span, start, end: Math.max(start + 1, span.start + at + fault.end) }, says }];
  });
}

function idlePolicies(config: Config): Finding[] {
  return config.policies.flatMap((policy, index): Finding[] => {
    const { mode, min, max, perHour, approvals } = policy;
    if ([mode, min, max, perHour, approvals].some((given) => given !== undefined)) return [];
    return [[["policies", index], "this policy decides nothing: give a mode, min, max, perHour or approvals"]];
  });
}

function outsideScope(config: Config): Finding[] {
  return config.workloads.flatMap((workload, index): Finding[] => {
    const { name, kind } = workload;
    const { cgroup } = matchOf(workload);
    // A latency workload is only helped by what others give up; it is not touched itself.
    if (kind !== "batch" || cgroup === undefined || config.scope.some((pattern) => covers(pattern, cgroup))) return [];
    return [
      [
        ["workloads", index, ...(workload.cgroup === undefined ? ["match", "cgroup"] : ["cgroup"])],
        `\`${name}\` lies outside every scope: it is watched, never touched (add ${cgroup} to \`scope\` if it may be)`,
      ],
    ];
  });
}

function withoutEffect(config: Config): Finding[] {
  const modes = [
    config.mode,
    ...Object.values(config.colonies).map((colony) => colony.mode),
    ...Object.values(config.actions).map((action) => action?.mode),
  ];
  const found: Finding[] = [];
  if (config.scope.length === 0 && modes.includes("enforce")) {
    found.push([["mode"], "enforce without a `scope` touches nothing: name the cgroup subtrees that may be touched"]);
  }
  const kinds = new Set(config.workloads.map((workload) => workload.kind));
  if (kinds.has("latency") && !kinds.has("batch") && !kinds.has(undefined) && !config.infer) {
    found.push([["workloads"], "a latency workload is declared, but no batch workload that could give way to it"]);
  }
  return found;
}

/** Whether a scope pattern (a subtree, or a beginning where it ends in *) holds all that another names. */
export function covers(pattern: string, cgroup: string): boolean {
  const bare = cgroup.replace(/\*$/, "");
  if (pattern.endsWith("*")) return bare.startsWith(pattern.slice(0, -1));
  return cgroup === pattern || bare.startsWith(`${pattern}/`);
}
