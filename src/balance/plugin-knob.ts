import { kindOf, type PluginKnob } from "../core/actions-plugin.ts";
import type { SearchKnob } from "./knob-space.ts";

/** A knob of a plugin's table as the search turns it. The reflex, which answers at once, keeps to what is built in. */
export function searchKnobOf(knob: PluginKnob): SearchKnob {
  const { of, restrains, settleSeconds, levels } = knob;
  return { kind: kindOf(knob), of, restrains, shared: false, settleMs: settleSeconds * 1000, levels: () => levels };
}
