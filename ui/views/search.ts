import type { SearchInfo, TrialInfo } from "../../src/core/live.ts";
import { many } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { SearchSpacePlot } from "../parts/search-space.ts";
import { numbersSay, TrialBar } from "../parts/trial-bar.ts";
import { useStore } from "../store.ts";

/** How far the search for better settings is: where its swarm stands, what is tried, what was found, how sure that is. */
export function SearchView(): VNode {
  const { live } = useStore();
  const search = live?.search;
  if (search === undefined)
    return html`<div class="search">
      <h1 class="hidden">Search</h1>
      <${Panel} title="Search"><${Empty} says="No search here." todo="It belongs to the balance colony." /><//>
    </div>`;
  const { searches, tries, compared, space } = search;
  return html`<div class="search">
    <h1 class="hidden">Search</h1>
    <${Panel} title="Search" note=${searches ? "under way" : "at rest"}><${Facts} search=${search} /><//>
    ${
      tries !== undefined &&
      html`<${Panel} title="On trial" note=${tries.confirms === true ? "a rerun of one that won" : tries.origin}>
        <div class="trials" role="list">
          <${Comparison} trial=${tries} state=${tries.confirms === true ? "once more" : "blocks A B B A"} />
        </div>
      <//>`
    }
    ${
      space !== undefined &&
      html`<${Panel} title="Swarm" note="every knob an axis, every candidate a line">
        <${SearchSpacePlot} space=${space} search=${search} />
      <//>`
    }
    <${Panel} title="Compared" note="effect on batch work within the targets; the line is no effect, the scale ±50 %">
      ${
        compared.length === 0
          ? html`<${Empty}
              says="Nothing was compared in this search yet."
              todo="Every candidate is compared with what is in force, doing nothing among them, and only what wins twice is kept."
            />`
          : html`<div class="trials" role="list">
              ${compared.toReversed().map((one, at) => html`<${Comparison} key=${compared.length - at} trial=${one} state=${one.state} />`)}
            </div>`
      }
    <//>
  </div>`;
}

function Comparison({ trial, state }: { readonly trial: TrialInfo; readonly state: string }): VNode {
  const { says, origin, effect, interval, pairs, confidence } = trial;
  return html`<${TrialBar}
    says=${`${says} (${origin})`}
    state=${state}
    effect=${effect}
    low=${interval[0]}
    high=${interval[1]}
    pairs=${pairs}
    confidence=${confidence}
  />`;
}

function Facts({ search }: { readonly search: SearchInfo }): VNode {
  const { searches, kept, compared } = search;
  const best = compared.filter(({ state }) => state === "better").toSorted((a, b) => b.effect - a.effect)[0];
  return html`<dl class="facts">
    <dt>kept</dt>
    <dd>${kept === "" ? "nothing: the host's own settings are in force" : kept}</dd>
    <dt>tried</dt>
    <dd>${compared.length === 0 ? "nothing in this search yet" : many(compared.length, "comparison")}</dd>
    <dt>best</dt>
    <dd>
      ${
        best === undefined
          ? "none was better yet"
          : `${best.says}: ${numbersSay({ ...best, low: best.interval[0], high: best.interval[1] })}`
      }
    </dd>
    ${
      !searches &&
      html`<dt>why</dt>
        <dd>
          It begins when a service and batch work run within the scope and nobody waits, and rests for longer where
          nothing is to be won.
        </dd>`
    }
  </dl>`;
}
