import type { DepositInfo } from "../../src/core/live.ts";
import { clockTime } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { familyOf } from "../pheromones.ts";

export const DEPOSIT_ROW_PX = 40;

export function DepositRow({ deposit }: { readonly deposit: DepositInfo }): VNode {
  const { atMs, label, pheromone, agent, weight, says } = deposit;
  return html`<div class="deposit" title=${`${says} (agent ${agent})`}>
    <time>${clockTime(atMs)}</time>
    <span class=${`dot ${familyOf(pheromone)}`}></span>
    <span class="what"
      ><b>${label}</b> <span class="dim">${pheromone} +${weight.toFixed(2)} by ${agent}</span><br />${says}</span
    >
  </div>`;
}
