import { useMemo, useState } from "preact/hooks";
import { ago, count, many } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { DEPOSIT_ROW_PX, DepositRow } from "../parts/deposits.ts";
import { LeaseCard } from "../parts/lease-card.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { PressurePlot } from "../parts/plot.ts";
import { VirtualList } from "../parts/virtual-list.ts";
import { WaitingCard } from "../parts/waiting.ts";
import { sortWorkloads, WORKLOAD_ROW_PX, WorkloadHead, WorkloadRow } from "../parts/workloads.ts";
import { go, hrefOf } from "../place.ts";
import { useStore } from "../store.ts";
import type { DepositInfo } from "../../src/core/live.ts";
import type { WorkloadStatus } from "../../src/core/status.ts";

const SHOWN_DEPOSITS = 60;

/** The host at a glance: who waits, what is done about it, what was noticed, and what needs a person. */
export function OverviewView(): VNode {
  const { live, deposits } = useStore();
  const [chosen, setChosen] = useState("");
  const workloads = live?.status.workloads ?? [];
  const sorted = useMemo(() => sortWorkloads(workloads), [workloads]);
  if (live === undefined) return html`<div></div>`;
  const { status } = live;
  const { atMs, leases, incidents, guard, missing, intentions } = status;
  const waiting = guard?.waiting ?? [];
  const open = incidents.latest.filter((incident) => incident.status === "open");
  const listed = deposits.latest(SHOWN_DEPOSITS).toReversed();
  const wished = intentions.filter(({ decision }) => decision.outcome === "observed").slice(0, 4);
  return html`<div class="overview">
    <h1 class="hidden">Overview</h1>
    ${
      waiting.length > 0 &&
      html`<${Panel} title="Needs a decision" note=${many(waiting.length, "proposal")} style="asks">
        <div class="cards">
          ${waiting.map((each) => html`<${WaitingCard} key=${each.id} waiting=${each} nowMs=${atMs} />`)}
        </div>
      <//>`
    }
    <div class="column">
      <${Panel}
        title="Workloads"
        note=${`${many(sorted.length, "workload")}, ${count(live.processes)} ${live.processes === 1 ? "process" : "processes"}`}
        style="workloads"
      >
        <${WorkloadHead} />
        <${VirtualList}
          items=${sorted}
          rowHeight=${WORKLOAD_ROW_PX}
          label="workloads"
          chosen=${chosen}
          keyOf=${({ name }: WorkloadStatus) => name}
          row=${(workload: WorkloadStatus) => html`<${WorkloadRow} workload=${workload} />`}
          onChoose=${({ name }: WorkloadStatus) => setChosen(name)}
        />
      <//>
      <${Panel} title="In force" note=${many(leases.length, "change")}>
        ${
          leases.length === 0
            ? html`<${Empty}
                says="Nothing is changed on this host."
                todo=${idleWords(status.modes.balance, status.scope.length)}
              />`
            : html`<div class="cards">
                ${leases.slice(0, 6).map((lease) => html`<${LeaseCard} key=${lease.action} lease=${lease} nowMs=${atMs} />`)}
              </div>`
        }
        ${
          wished.length > 0 &&
          html`<h3 class="minor">Would be done, were the mode not observe</h3>
            <ul class="lines">
              ${wished.map(
                ({ decision: { proposal, kind, cgroup, from, to }, reason }) =>
                  html`<li key=${proposal}>
                    <b>${kind}</b> ${from} → ${to} <span class="group">${cgroup}</span><br /><span class="dim"
                      >${reason}</span
                    >
                  </li>`,
              )}
            </ul>`
        }
      <//>
      ${
        missing.length > 0 &&
        html`<${Panel} title="Missing here" note=${many(missing.length, "thing")}>
          <ul class="lines">
            ${missing.map((says) => html`<li key=${says}>${says}</li>`)}
          </ul>
        <//>`
      }
    </div>
    <div class="column">
      <${Panel} title="Pressure" note="share of the time that some task waited"><${PressurePlot} /><//>
      <${Panel} title="Incidents" note=${`${incidents.open} open`}>
        ${
          open.length === 0
            ? html`<${Empty}
                says="Nothing that does not belong was found."
                todo="An incident needs two independent kinds of evidence."
              />`
            : html`<ul class="lines">
                ${open.slice(0, 5).map(
                  ({ id, says, lastMs, kinds }) =>
                    html`<li key=${id}>
                      <a class="story-link" href=${hrefOf("incidents", id)}>${says}</a>
                      <span class="dim">${ago(atMs - lastMs)} · ${kinds.join(", ")}</span>
                    </li>`,
                )}
              </ul>`
        }
      <//>
      <${Panel} title="Deposits" note="as they arrive">
        ${
          listed.length === 0
            ? html`<${Empty}
                says="No pheromone was deposited yet."
                todo="Agents deposit where a service waits or something looks odd."
              />`
            : html`<div class="short">
                <${VirtualList}
                  items=${listed}
                  rowHeight=${DEPOSIT_ROW_PX}
                  label="deposits, the latest first"
                  chosen=""
                  keyOf=${({ seq }: DepositInfo) => String(seq)}
                  row=${(deposit: DepositInfo) => html`<${DepositRow} deposit=${deposit} />`}
                  onChoose=${({ entity }: DepositInfo) => go("field", entity)}
                />
              </div>`
        }
      <//>
    </div>
  </div>`;
}

function idleWords(mode: string, scopes: number): string {
  if (mode === "observe")
    return "The mode is observe: the layer only watches. The mode enforce and a scope in the configuration let it act.";
  return scopes === 0 ? "The scope is empty: nothing may be touched." : "Nobody waits longer than allowed.";
}
