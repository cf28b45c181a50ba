import { type ActionSpec, ACTIONS } from "../../core/action.ts";
import { PLUGIN_KNOB, REFUSED_FILES } from "../../core/actions-plugin.ts";
import { code, type Page, table } from "./page.ts";

export const ACTION_PAGE: Page = {
  file: "actions.md",
  title: "Kinds of action",
  says: "Everything that the layer can change, with the bounds that no configuration can widen. `swarms doctor` says which of them this kernel offers.",
  body: () =>
    `${table(
      ["kind", "colony", "range", "step", "per minute", "longest lease", "what it does"],
      Object.entries<ActionSpec>(ACTIONS).map(rowOf),
    )}

Reach and rights: a group unless said otherwise. "By name" means that it is only observed until the configuration names this
very kind under \`actions:\`. A containment counts against the hourly budget (\`budget:\`). Leases end by themselves unless renewed.

## Knobs of plugins

A plugin's table adds kinds \`knob.FILE\` for files of a group ([plugins](../plugins.md#knobs)), of the ${PLUGIN_KNOB.colony} colony, by name, at most
${PLUGIN_KNOB.perMinute} a minute, with leases of at most ${PLUGIN_KNOB.maxLeaseMs / 1000} s. Files that no table may name:

${table(
  ["file", "because it"],
  Object.entries(REFUSED_FILES).map(([file, why]) => [code(file), why]),
)}`,
};

function rowOf([kind, spec]: [string, ActionSpec]): string[] {
  const { colony, unit, min, max, maxStepFactor, maxStep, perMinute, maxLeaseMs, says } = spec;
  const step = maxStep === undefined ? (maxStepFactor > 1 ? `× ${maxStepFactor}` : "") : `± ${maxStep}`;
  const marks = [
    ...(spec.byName === true ? ["by name"] : []),
    ...(spec.containment ? ["containment"] : []),
    ...(spec.reach === undefined ? [] : [`a ${spec.reach === "host" ? "setting of the host" : "single process"}`]),
  ];
  const lease = spec.once === true ? "done once" : `${maxLeaseMs / 1000} s`;
  const about = marks.length === 0 ? says : `${says} (${marks.join(", ")})`;
  return [code(kind), colony, `${min} to ${max} ${unit}`.trim(), step, String(perMinute), lease, about];
}
