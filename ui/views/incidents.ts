import type { Incident } from "../../src/core/incident.ts";
import type { Explanation } from "../../src/core/status.ts";
import { ago } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { ActButton } from "../parts/act-button.ts";
import { Lineage } from "../parts/lineage.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { Timeline } from "../parts/timeline.ts";
import { VirtualList } from "../parts/virtual-list.ts";
import { go, usePlace } from "../place.ts";
import { useStore } from "../store.ts";
import { useAsked } from "../use-asked.ts";

const ROW_PX = 66;

/** What was found that does not belong, why, what was done, and a person's word on it. */
export function IncidentsView(): VNode {
  const { live } = useStore();
  const { chosen } = usePlace();
  const version = live?.status.incidents.latest.map(({ id, status, count }) => `${id}${status}${count}`).join(" ");
  const [incidents, again] = useAsked<readonly Incident[]>("incidents", version);
  const nowMs = live?.status.atMs ?? 0;
  const listed = incidents?.ok === true ? incidents.value : [];
  const shown = chosen === "" ? (listed[0]?.id ?? "") : chosen;
  return html`<div class="incidents">
    <h1 class="hidden">Incidents</h1>
    <${Panel} title="Incidents" note=${`${live?.status.incidents.open ?? 0} open`} style="list">
      ${incidents?.ok === false && html`<${Empty} says=${incidents.says} todo=${incidents.todo} />`}
      ${incidents === undefined && html`<p class="dim">Asking…</p>`}
      ${incidents?.ok === true && listed.length === 0 && html`<${Empty} says="Nothing that does not belong was found." todo="One is raised when two independent kinds of evidence agree." />`}
      ${
        listed.length > 0 &&
        html`<${VirtualList}
          items=${listed}
          rowHeight=${ROW_PX}
          label="incidents, the latest first"
          chosen=${shown}
          keyOf=${({ id }: Incident) => id}
          row=${(incident: Incident) => html`<${IncidentRow} incident=${incident} nowMs=${nowMs} />`}
          onChoose=${({ id }: Incident) => go("incidents", id)}
        />`
      }
    <//>
    ${shown !== "" && html`<${IncidentDetails} id=${shown} version=${version ?? ""} onDone=${again} />`}
  </div>`;
}

function IncidentRow({ incident, nowMs }: { readonly incident: Incident; readonly nowMs: number }): VNode {
  const { says, kinds, lastMs, count, status, confirmed } = incident;
  return html`<div class="incident-row">
    <span class="what"
      ><span class="says">${says}</span
      ><span class="dim">${kinds.join(", ")}${count > 1 && ` · ${count} times`}</span></span
    >
    <span class="when"
      ><time>${ago(nowMs - lastMs)}</time
      ><span class=${`chip ${status === "open" ? "bad" : "plain"}`}
        >${confirmed === true ? "confirmed" : status}</span
      ></span
    >
  </div>`;
}

const SHOWN_LABELS = new Set(["technique", "done", "next", "look at", "when"]);

function IncidentDetails({
  id,
  version,
  onDone,
}: {
  readonly id: string;
  readonly version: string;
  onDone(): void;
}): VNode {
  const [said, again] = useAsked<Explanation>(`explain/${encodeURIComponent(id)}`, version);
  const done = (): void => {
    again();
    onDone();
  };
  if (said === undefined) return html`<${Panel} title="Incident" note=${id}><p class="dim">Asking…</p><//>`;
  if (!said.ok) return html`<${Panel} title="Incident" note=${id}><${Empty} says=${said.says} todo=${said.todo} /><//>`;
  const { incident, lines } = said.value;
  if (incident === undefined)
    return html`<${Panel} title="Incident" note=${id}><${Empty} says="This is the name of a change." /><//>`;
  const rest = lines.filter(({ label }) => SHOWN_LABELS.has(label));
  const { status, confirmed, says, evidence, lineage, changes, entity } = incident;
  return html`<${Panel} title="Incident" note=${said.value.title.replace(/^incident /, "")} style="details wide">
    <p class="story">${lines[0]?.label === "what" ? lines[0].text : says}</p>
    <p class="acts">
      ${status === "open" && confirmed !== true && entity !== "host" && html`<${ActButton} path=${`confirm/${id}`} says="It is true" label="confirm this incident: its like is recognised at once" style="bad" onDone=${done} />`}
      ${status === "open" && html`<${ActButton} path=${`dismiss/${id}`} says="It is nothing" label="dismiss this incident: lets go of what was done for it" onDone=${done} />`}
      ${status === "dismissed" && html`<${ActButton} path=${`reopen/${id}`} says="Open again" label="take the dismissal back" onDone=${done} />`}
      ${changes.filter(({ untilMs }) => untilMs !== undefined).map(({ action, kind, cgroup }) => html`<${ActButton} key=${action} path=${`undo/${action}`} says=${`Undo ${kind}`} label=${`undo ${kind} of ${cgroup}`} onDone=${done} />`)}
    </p>
    <h3>Where it comes from</h3>
    <${Lineage} lineage=${lineage} evidence=${evidence} />
    <h3>Evidence over time</h3>
    <${Timeline} evidence=${evidence} changes=${changes} />
    <h3>What was done, and what to look at</h3>
    <dl class="facts">
      ${rest.map(
        ({ label, text }, at) =>
          html`<dt key=${`t${at}`}>${rest[at - 1]?.label === label ? "" : label}</dt>
            <dd key=${`d${at}`}>${text}</dd>`,
      )}
    </dl>
  <//>`;
}
