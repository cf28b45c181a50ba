import { html, type VNode } from "../html.ts";

interface Props {
  readonly says: string;
  readonly state: string;
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/** Shares at the ends of the scale: beyond, a bar is cut. */
const END = 0.5;

/** One comparison: where the effect lies, the interval that holds it, and the line of no effect. */
export function TrialBar({ says, state, effect, low, high, pairs }: Props): VNode {
  const at = (share: number): number => ((Math.max(-END, Math.min(END, share)) + END) / (2 * END)) * 100;
  const [from, to] = [at(low), at(high)];
  const style = low > 0 ? "good" : high < 0 ? "bad" : "";
  const numbers = pairs === 0 ? "no pair yet" : `${points(effect)} (${points(low)} to ${points(high)}), ${pairs} pairs`;
  return html`<div class="trial" role="listitem">
    <span class="what">${says}<br /><span class="dim">${state} · ${numbers}</span></span>
    <span class=${`interval ${style}`} aria-hidden="true">
      <u></u><i style=${{ left: `${from}%`, width: `${Math.max(1, to - from)}%` }}></i>
      ${pairs > 0 && html`<b style=${{ left: `${at(effect)}%` }}></b>`}
    </span>
  </div>`;
}

function points(share: number): string {
  if (share >= 9) return "any";
  return `${share >= 0 ? "+" : "−"}${(Math.abs(share) * 100).toFixed(1)} %`;
}
