import { many } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { TrialBar } from "../parts/trial-bar.ts";
import { useStore } from "../store.ts";

const WON = new Set(["better"]);

/** How far the search for better settings is: what is tried, what was found, how sure that is. */
export function SearchView(): VNode {
  const { live } = useStore();
  const search = live?.search;
  if (search === undefined)
    return html`<div class="search">
      <h1 class="hidden">Search</h1>
      <${Panel} title="Search"><${Empty} says="No search here." todo="It belongs to the balance colony." /><//>
    </div>`;
  const { searches, kept, tries, compared } = search;
  const best = compared.filter(({ state }) => WON.has(state)).toSorted((a, b) => b.effect - a.effect)[0];
  return html`<div class="search">
    <h1 class="hidden">Search</h1>
    <${Panel} title="Search" note=${searches ? "under way" : "at rest"}>
      <dl class="facts">
        <dt>kept</dt>
        <dd>${kept === "" ? "nothing: the host's own settings are in force" : kept}</dd>
        <dt>tried</dt>
        <dd>${compared.length === 0 ? "nothing in this search yet" : many(compared.length, "comparison")}</dd>
        <dt>best</dt>
        <dd>${best === undefined ? "none was better yet" : best.says}</dd>
        ${
          !searches &&
          html`<dt>why</dt>
            <dd>
              It begins when a service and batch work run within the scope and nobody waits, and rests for longer where
              nothing is to be won.
            </dd>`
        }
      </dl>
    <//>
    ${
      tries !== undefined &&
      html`<${Panel} title="On trial" note=${tries.confirms === true ? "a rerun of one that won" : tries.origin}>
        <div class="trials" role="list">
          <${TrialBar}
            says=${tries.says}
            state=${tries.confirms === true ? "once more" : "blocks A B B A"}
            effect=${tries.effect}
            low=${tries.interval[0]}
            high=${tries.interval[1]}
            pairs=${tries.pairs}
          />
        </div>
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
              ${compared.toReversed().map((one, at) => html`<${TrialBar} key=${compared.length - at} says=${`${one.says} (${one.origin})`} state=${one.state} effect=${one.effect} low=${one.interval[0]} high=${one.interval[1]} pairs=${one.pairs} />`)}
            </div>`
      }
    <//>
  </div>`;
}
