import type { LeaseInfo } from "../../src/core/action.ts";
import { ago, span } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { hrefOf } from "../place.ts";
import { ActButton } from "./act-button.ts";

/** A change in force: what, why, from, to, until, undo. */
export function LeaseCard({ lease, nowMs }: { readonly lease: LeaseInfo; readonly nowMs: number }): VNode {
  const { action, kind, cgroup, from, to, sinceMs, untilMs, agent, reason } = lease;
  const left = Math.max(0, untilMs - nowMs);
  const share = Math.min(1, left / Math.max(1, untilMs - sinceMs));
  return html`<article class="card" aria-label=${`change ${action}`}>
    <h3><a href=${hrefOf("changes", action)}>${kind}</a> <span class="group">${cgroup}</span></h3>
    <p>${reason}</p>
    <p class="move"><span>${from}</span> → <b>${to}</b></p>
    <p class="dim">
      by ${agent}, ${ago(nowMs - sinceMs)} · ends in ${span(left)} unless renewed
      <span class="left" aria-hidden="true"><i style=${{ width: `${share * 100}%` }}></i></span>
    </p>
    <p class="acts"><${ActButton} path=${`undo/${action}`} says="Undo" label=${`undo ${kind} of ${cgroup}`} /></p>
  </article>`;
}
