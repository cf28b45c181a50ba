import { html, type VNode } from "../html.ts";

interface Props {
  readonly says: string;
  readonly state: string;
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
  /** See `TrialInfo`. */
  readonly confidence?: number;
}

/** Shares at the ends of the scale: beyond, a bar is cut. */
const END = 0.5;

/** One comparison: where the effect lies, the interval that holds it, how sure that is, and the line of no effect. */
export function TrialBar({ says, state, effect, low, high, pairs, confidence }: Props): VNode {
  const at = (share: number): number => ((Math.max(-END, Math.min(END, share)) + END) / (2 * END)) * 100;
  const [from, to] = [at(low), at(high)];
  const style = low > 0 ? "good" : high < 0 ? "bad" : "";
  return html`<div class="trial" role="listitem">
    <span class="what"
      >${says}<br /><span class="dim">${state} · ${numbersSay({ effect, low, high, pairs, confidence })}</span></span
    >
    <span class=${`interval ${style}`} aria-hidden="true">
      <u></u><i style=${{ left: `${from}%`, width: `${Math.max(1, to - from)}%` }}></i>
      ${pairs > 0 && html`<b style=${{ left: `${at(effect)}%` }}></b>`}
    </span>
  </div>`;
}

type Numbers = Pick<Props, "effect" | "low" | "high" | "pairs"> & { readonly confidence: number | undefined };

export function numbersSay({ effect, low, high, pairs, confidence }: Numbers): string {
  if (pairs === 0) return "no pair yet";
  const sure = confidence === undefined ? "" : `, ${sureSays(confidence)}`;
  return `${points(effect)} (${points(low)} to ${points(high)}) in ${pairs} ${pairs === 1 ? "pair" : "pairs"}${sure}`;
}

/** What is all but certain is not called so. */
function sureSays(confidence: number): string {
  const percent = Math.floor(confidence * 1000) / 10;
  return percent <= 0 ? "may be chance" : `${percent >= 99.9 ? "over 99.9" : percent.toFixed(1)} % sure`;
}

function points(share: number): string {
  if (share >= 9) return "any";
  return `${share >= 0 ? "+" : "−"}${(Math.abs(share) * 100).toFixed(1)} %`;
}
