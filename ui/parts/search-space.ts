import type { SearchInfo, SearchPoint, SearchSpace, TrialInfo } from "../../src/core/live.ts";
import { many } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";

/** Full names, as the literature has them (docs/optimisers.md). */
const OPTIMISERS: Readonly<Record<string, readonly [name: string, members: string]>> = {
  aco: ["ant colony (ACO_R)", "archived solution"],
  pso: ["particle swarm (SPSO-2011)", "particle"],
  abc: ["bee colony (ABC)", "food source"],
  de: ["differential evolution", "member"],
  shade: ["L-SHADE", "member"],
  cma: ["CMA-ES", "member"],
  random: ["random search", "member"],
};

/** Lines through one place lie beside each other: by so much of the width, this many of them. */
const ASIDE = { step: 0.9, lanes: 5 } as const;

interface Line {
  readonly point: SearchPoint;
  readonly style: string;
}

/** Every knob an axis, every candidate a line through its settings, and the swarm's members as dots where they stand. */
export function SearchSpacePlot({
  space,
  search,
}: {
  readonly space: SearchSpace;
  readonly search: SearchInfo;
}): VNode {
  const { knobs, members, kept } = space;
  const [optimiser, member] = OPTIMISERS[space.optimiser] ?? [space.optimiser, "member"];
  const candidates = search.compared.flatMap(lineOf);
  const lines = [...candidates, ...(search.tries ? lineOf(search.tries) : []), { point: kept, style: "kept" }];
  const label = `${many(candidates.length, "candidate")} and ${many(members.length, member)} of the ${optimiser} over ${many(knobs.length, "knob")}; the list below says the same in words`;
  return html`<div class="space">
    <p class="dim">
      proposes: <b>${optimiser}</b>, in turn with steps beside the best and with chance ·
      <span class="key member">${many(members.length, member)}</span> <span class="key kept">in force</span>
      <span class="key trying">on trial</span> <span class="key good">better</span>
      <span class="key same">no different</span>
      <span class="key bad">worse, or over a target</span>
    </p>
    <div class="axes" role="img" aria-label=${label}>
      ${knobs.map(
        ({ kind, of, levels }, at) =>
          html`<div key=${`${kind} ${of}`} class="axis" style=${{ gridRow: `${at + 1}` }}>
            <b>${kind}</b> <span class="dim">${of}</span>
            <span class="levels"
              >${levels.map((says, level) => html`<span key=${says} style=${{ left: `${across(level, levels.length)}%` }}>${says}</span>`)}</span
            >
          </div>`,
      )}
      <svg
        viewBox=${`0 0 100 ${knobs.length}`}
        preserveAspectRatio="none"
        style=${{ gridRow: `1 / span ${knobs.length}` }}
      >
        ${lines.map(({ point, style }, at) => html`<polyline key=${at} class=${style} points=${pathOf(point, knobs, at)} />`)}
        ${members.map((point, at) => html`<path key=${at} class="member" d=${dotsOf(point, knobs, at)} />`)}
        ${lines.map(({ point, style }, at) => html`<path key=${at} class=${style} d=${dotsOf(point, knobs, at)} />`)}
      </svg>
    </div>
  </div>`;
}

function lineOf({ point, state }: TrialInfo): readonly Line[] {
  if (point === undefined) return [];
  const style = state === "undecided" ? "trying" : state === "better" ? "good" : state === "same" ? "same" : "bad";
  return [{ point, style }];
}

/** Percent of the width; half a level's room at either end, so that words fit. */
function across(level: number, levels: number): number {
  return ((level + 0.5) / levels) * 100;
}

function placesOf(point: SearchPoint, knobs: SearchSpace["knobs"], lane: number): readonly string[] {
  const aside = ((lane % ASIDE.lanes) - (ASIDE.lanes - 1) / 2) * ASIDE.step;
  return knobs.map(({ levels }, at) => `${(across(point[at] ?? 0, levels.length) + aside).toFixed(2)} ${at + 0.75}`);
}

function pathOf(point: SearchPoint, knobs: SearchSpace["knobs"], lane: number): string {
  return placesOf(point, knobs, lane).join(", ");
}

/** Lines of no length with round ends: the same dots however the picture is stretched. */
function dotsOf(point: SearchPoint, knobs: SearchSpace["knobs"], lane: number): string {
  return placesOf(point, knobs, lane)
    .map((place) => `M${place}h0`)
    .join("");
}
