import { ACTION_KINDS, type ActionKind, specOf } from "../core/action.ts";
import { kindOf, PLUGIN_KNOB } from "../core/actions-plugin.ts";
import type { PluginFolder } from "../warden/plugin-folders.ts";
import { LABEL_COLUMNS, labelledLines } from "./labelled.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { bytes, span } from "./view/words.ts";

/** A kind of action with its bounds: the layer's own, or of a plugin's table of knobs. */
export interface Doable {
  readonly kind: ActionKind;
  readonly says: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** From one value to the next at most; 1: any. */
  readonly maxStepFactor: number;
  readonly perMinute: number;
  readonly maxLeaseMs: number;
  /** Nothing is left to be taken back. */
  readonly once: boolean;
  /** The plugin's name. */
  readonly plugin?: string;
}

export function whatCanBeDone(plugins: readonly Pick<PluginFolder, "name" | "knobs">[]): readonly Doable[] {
  const own = ACTION_KINDS.map((kind): Doable => {
    const { says, unit, min, max, maxStepFactor, perMinute, maxLeaseMs, once = false } = specOf(kind);
    return { kind, says, unit, min, max, maxStepFactor, perMinute, maxLeaseMs, once };
  });
  const knobs = plugins.flatMap(({ name, knobs = [] }) =>
    knobs.map((knob): Doable => {
      const { says, unit, min, max, largestFactor: maxStepFactor, perMinute } = knob;
      const { maxLeaseMs } = PLUGIN_KNOB;
      const bounds = { min, max, maxStepFactor, perMinute, maxLeaseMs, once: false };
      return { kind: kindOf(knob), says, unit, ...bounds, plugin: name };
    }),
  );
  return [...own, ...knobs];
}

export function doableRows(doable: readonly Doable[], width: number): Row[] {
  return [
    [],
    [piece("what it may do, where mode and scope allow", "title"), piece("  with the longest lease of each", "dim")],
    ...doable.flatMap((each) => [
      ...labelledLines(each.kind, each.says, width),
      ...wrap(boundsOf(each), width - LABEL_COLUMNS, 4).map((line): Row => [
        piece(" ".repeat(LABEL_COLUMNS)),
        piece(line, "dim"),
      ]),
    ]),
  ];
}

function boundsOf({ min, max, unit, maxStepFactor, perMinute, maxLeaseMs, once, plugin }: Doable): string {
  return [
    rangeOf(min, max, unit),
    ...(maxStepFactor > 1 ? [`×${maxStepFactor} a step at most`] : []),
    `${perMinute} a minute`,
    once ? "cannot be taken back" : `reverts after ${span(maxLeaseMs)}`,
    ...(plugin === undefined ? [] : [`of the plugin ${plugin}, and observed only until \`actions\` names it`]),
  ].join(", ");
}

/** Units that say nothing beside the numbers. */
const SILENT = new Set(["", "flag", "mode", "nice", "weight"]);

function rangeOf(min: number, max: number, unit: string): string {
  if (min === max) return "on or off";
  if (unit === "bytes") return `${bytes(min)} to ${bytes(max)}`;
  return `${min} to ${max}${SILENT.has(unit) ? "" : ` ${unit}`}`;
}
