import type { ExplainedChange, Explanation } from "../../src/core/status.ts";
import { ago, many } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { LeaseCard } from "../parts/lease-card.ts";
import { Lines } from "../parts/lines.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { TrialBar } from "../parts/trial-bar.ts";
import { VirtualList } from "../parts/virtual-list.ts";
import { WaitingCard } from "../parts/waiting.ts";
import { go, usePlace } from "../place.ts";
import { useStore } from "../store.ts";
import { useAsked } from "../use-asked.ts";
import { ActButton } from "../parts/act-button.ts";

const ROW_PX = 52;

/** What is changed, what was, why, and how to take it back. */
export function ChangesView(): VNode {
  const { live } = useStore();
  const { chosen } = usePlace();
  const version = live?.status.leases.map(({ action }) => action).join(" ");
  const [changes, again] = useAsked<readonly ExplainedChange[]>("changes", version);
  if (live === undefined) return html`<div></div>`;
  const { atMs, leases, guard, intentions } = live.status;
  const waiting = guard?.waiting ?? [];
  return html`<div class="changes">
    <h1 class="hidden">Changes</h1>
    ${waiting.length > 0 && html`<${Panel} title="Needs a decision" style="asks"><div class="cards">${waiting.map((each) => html`<${WaitingCard} key=${each.id} waiting=${each} nowMs=${atMs} />`)}</div><//>`}
    <${Panel} title="In force" note=${many(leases.length, "change")}>
      ${
        leases.length === 0
          ? html`<${Empty} says="Nothing is changed on this host: every knob is as the layer found it." />`
          : html`<p class="acts">
                <${ActButton}
                  path="restore"
                  says="Undo everything"
                  label="undo every change"
                  style="bad"
                  twice=${true}
                  onDone=${again}
                />
              </p>
              <div class="cards">
                ${leases.map((lease) => html`<${LeaseCard} key=${lease.action} lease=${lease} nowMs=${atMs} />`)}
              </div>`
      }
    <//>
    <${Panel} title="History" note="the latest first" style="list">
      ${
        changes === undefined
          ? html`<p class="dim">Asking…</p>`
          : !changes.ok
            ? html`<${Empty} says=${changes.says} todo=${changes.todo} />`
            : changes.value.length === 0
              ? html`<${Empty} says="Nothing was ever changed." />`
              : html`<${VirtualList}
                  items=${changes.value}
                  rowHeight=${ROW_PX}
                  label="changes, the latest first"
                  chosen=${chosen}
                  keyOf=${({ action }: ExplainedChange) => action}
                  row=${(change: ExplainedChange) => html`<${ChangeRow} change=${change} nowMs=${atMs} />`}
                  onChoose=${({ action }: ExplainedChange) => go("changes", action)}
                />`
      }
    <//>
    ${chosen !== "" && html`<${ChangeDetails} id=${chosen} version=${version ?? ""} />`}
    ${
      intentions.length > 0 &&
      html`<${Panel} title="Not done" note="by the mode, or refused by the guard">
        <ul class="lines">
          ${intentions.map(
            ({ decision: { proposal, kind, cgroup, from, to, outcome, says }, reason, count, atMs: askedMs, agent }) =>
              html`<li key=${proposal}>
                <span class=${`chip ${outcome === "refused" ? "bad" : "plain"}`}>${outcome}</span>${" "}
                <b>${kind}</b> ${from === "" && to === "" ? " on " : ` ${from} → ${to} on `}
                <span class="group">${cgroup}</span>${count > 1 && ` × ${count}`} <br />${reason}<br /><span class="dim"
                  >${says} · ${agent}, ${ago(atMs - askedMs)}</span
                >
              </li>`,
          )}
        </ul>
      <//>`
    }
  </div>`;
}

function ChangeRow({ change, nowMs }: { readonly change: ExplainedChange; readonly nowMs: number }): VNode {
  const { kind, cgroup, from, to, atMs, reason, untilMs, undone } = change;
  const state = untilMs !== undefined ? "in force" : undone === undefined ? "done once" : undone.cause;
  return html`<div class="change-row">
    <span class=${`chip ${untilMs === undefined ? "plain" : "good"}`}>${state}</span>
    <span class="what"
      ><b>${kind}</b> ${from} → ${to} <span class="group">${cgroup}</span><br /><span class="dim">${reason}</span></span
    >
    <time>${ago(nowMs - atMs)}</time>
  </div>`;
}

function ChangeDetails({ id, version }: { readonly id: string; readonly version: string }): VNode {
  const [said, again] = useAsked<Explanation>(`explain/${encodeURIComponent(id)}`, version);
  const value = said?.ok === true ? said.value : undefined;
  const change = value?.change;
  const compared = (change?.evidence ?? []).filter(({ numbers }) => numbers["pairs"] !== undefined);
  return html`<${Panel} title="Why" note=${id} style="details">
    <button class="quiet close" aria-label="close" onClick=${() => go("changes")}>×</button>
    ${said === undefined && html`<p class="dim">Asking…</p>`}
    ${said?.ok === false && html`<${Empty} says=${said.says} todo=${said.todo} />`}
    ${value !== undefined && html`<h3>${value.title}</h3>`}
    ${
      compared.length > 0 &&
      html`<div class="trials" role="list" aria-label="comparisons behind it">
        ${compared.map(
          ({ kind, says, numbers }, at) =>
            html`<${TrialBar}
              key=${at}
              says=${says}
              state=${kind}
              effect=${numbers["effect"] ?? 0}
              low=${numbers["low"] ?? -1}
              high=${numbers["high"] ?? 9}
              pairs=${numbers["pairs"] ?? 0}
            />`,
        )}
      </div>`
    }
    ${value !== undefined && html`<${Lines} lines=${value.lines} />`}
    ${change?.untilMs !== undefined && html`<p class="acts"><${ActButton} path=${`undo/${id}`} says="Undo" label=${`undo ${change.kind}`} onDone=${again} /></p>`}
  <//>`;
}
