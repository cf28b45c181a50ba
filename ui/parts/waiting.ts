import type { WaitingInfo } from "../../src/core/guard-info.ts";
import { span } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { ActButton } from "./act-button.ts";

/** What the layer may do only when a person says so. */
export function WaitingCard({ waiting, nowMs }: { readonly waiting: WaitingInfo; readonly nowMs: number }): VNode {
  const { id, kind, cgroup, from, to, agent, reason, needed, approvedBy, untilMs } = waiting;
  const people = needed > 1 ? ` · ${approvedBy.length} of ${needed} people have approved` : "";
  return html`<article class="card ask" aria-label=${`proposal ${id}`}>
    <h3><span class="chip warn">asks</span> ${kind} of ${cgroup}</h3>
    <p>${reason}</p>
    <p class="move"><span>${from}</span> → <b>${to}</b></p>
    <p class="dim">by ${agent} · for another ${span(untilMs - nowMs)}${people}</p>
    <p class="acts">
      <${ActButton} path=${`approve/${id}`} says="Approve" label=${`approve ${kind} of ${cgroup}`} style="good" />
      <${ActButton} path=${`dismiss/${id}`} says="Dismiss" label=${`dismiss ${kind} of ${cgroup}`} />
    </p>
  </article>`;
}
