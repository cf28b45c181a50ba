import type { EntityKey } from "../../src/core/entity.ts";
import { clockTime } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { familyOf, intensity } from "../pheromones.ts";
import { go, hrefOf } from "../place.ts";
import { KEPT, useStore } from "../store.ts";
import { pidOf } from "../tree.ts";
import { Panel } from "./panel.ts";

const SHOWN_EVIDENCE = 12;
const MAX_LINEAGE = 16;

/** One entity of the field: what is on it, why, and where it comes from. */
export function EntityDetails({ entity }: { readonly entity: EntityKey }): VNode {
  const { live, processes, deposits } = useStore();
  const row = processes.get(entity);
  const traces = (live?.heat ?? []).filter((trace) => trace.entity === entity);
  const evidence = deposits
    .latest(KEPT.deposits)
    .filter((deposit) => deposit.entity === entity)
    .slice(-SHOWN_EVIDENCE)
    .toReversed();
  const title = row === undefined ? (evidence[0]?.label ?? entity) : `${row.comm} (${pidOf(entity)})`;
  const lineage: EntityKey[] = [];
  for (
    let at = row?.parent ?? "";
    processes.has(at) && lineage.length < MAX_LINEAGE;
    at = processes.get(at)?.parent ?? ""
  )
    lineage.push(at);
  return html`<${Panel} title="Chosen" note=${title} style="details">
    <button class="quiet close" aria-label="close" onClick=${() => go("field")}>×</button>
    ${
      row === undefined
        ? html`<p class="dim">Not among the processes that run now.</p>`
        : html`<dl class="facts">
            <dt>path</dt>
            <dd>${row.path === "" ? "not known" : row.path}</dd>
            <dt>group</dt>
            <dd>${row.cgroup === "" ? "not known" : row.cgroup}</dd>
            <dt>user id</dt>
            <dd>${row.uid}</dd>
            <dt>started by</dt>
            <dd>
              ${lineage.length === 0 ? "nobody known" : lineage.map((key, at) => html`<span key=${key}>${at > 0 && " ← "}<a href=${hrefOf("field", key)}>${processes.get(key)?.comm ?? "?"} (${pidOf(key)})</a></span>`)}
            </dd>
          </dl>`
    }
    ${
      traces.length === 0
        ? html`<p class="dim">No pheromone on it now.</p>`
        : traces.map(
            ({ pheromone, concentration }) =>
              html`<p key=${pheromone} class="trace">
                <span>${pheromone}</span>
                <span class=${`heat ${familyOf(pheromone)}`}
                  ><i style=${{ width: `${intensity(concentration) * 100}%` }}></i
                ></span>
                <b>${concentration.toFixed(2)}</b>
              </p>`,
          )
    }
    ${
      evidence.length > 0 &&
      html`<ul class="lines">
        ${evidence.map(({ seq, atMs, says, agent, weight }) => html`<li key=${seq}>${says}<br /><span class="dim">${clockTime(atMs)} · ${agent} +${weight.toFixed(2)}</span></li>`)}
      </ul>`
    }
  <//>`;
}
