import type { RandomStream } from "../../core/random.ts";
import type { State } from "./state.ts";
import { NO_ELITE } from "./strategy.ts";

/** A fixed number of places in the cube, each with what was told of it. */
export interface Population extends State {
  /** One after the other. */
  readonly places: Float64Array;
  /** Infinity also where nothing was told yet. */
  readonly values: Float64Array;
  /** 1 where something was told. */
  readonly filled: Float64Array;
  readonly elites: Float64Array;
}

const MOST_MEMBERS = 1024;

/** What was asked for, where that is a number of members that makes sense; else what is usual. */
export function membersOf(asked: number | undefined, usual: number, least: number): number {
  const count = Math.round(asked ?? usual);
  return count >= least ? Math.min(MOST_MEMBERS, count) : Math.max(least, usual);
}

export function emptyPopulation(count: number, size: number): Population {
  return {
    places: new Float64Array(count * size),
    values: new Float64Array(count).fill(Infinity),
    filled: new Float64Array(count),
    elites: new Float64Array(count).fill(NO_ELITE),
  };
}

export function put(population: Population, at: number, row: Float64Array, value: number, elite: number): void {
  const size = population.places.length / population.values.length;
  for (let i = 0; i < size; i++) population.places[at * size + i] = Math.min(1, Math.max(0, row[i] as number));
  population.values[at] = value;
  population.filled[at] = 1;
  population.elites[at] = elite;
}

const COLLAPSED = {
  /** Width in the cube that no step could use. */
  width: 1e-10,
  /** Where values differ by no more than rounding, this width is enough. */
  widthOfEqual: 1e-3,
  equal: 1e-12,
} as const;

/** Whether all members stand at one place: they will not find another, and may as well begin anew. */
export function hasCollapsed({ places, values, filled }: Population): boolean {
  if (filled.includes(0)) return false;
  const [least, most] = extremes(values, 0, 1);
  const areEqual = most - least <= COLLAPSED.equal * Math.max(Math.abs(least), Math.abs(most));
  const width = areEqual ? COLLAPSED.widthOfEqual : COLLAPSED.width;
  const size = places.length / values.length;
  for (let i = 0; i < size; i++) {
    const [from, to] = extremes(places, i, size);
    if (to - from > width) return false;
  }
  return true;
}

/** Whether in some coordinate all are equal to the bit: differences of members never change it again. */
export function isStuck({ places, values, filled }: Population): boolean {
  if (filled.includes(0)) return false;
  const size = places.length / values.length;
  for (let i = 0; i < size; i++) {
    const [from, to] = extremes(places, i, size);
    if (from === to) return true;
  }
  return false;
}

function extremes(values: Float64Array, first: number, step: number): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let at = first; at < values.length; at += step) {
    least = Math.min(least, values[at] as number);
    most = Math.max(most, values[at] as number);
  }
  return [least, most];
}

export function clear({ values, filled, elites }: Population): void {
  values.fill(Infinity);
  filled.fill(0);
  elites.fill(NO_ELITE);
}

/** What is known of an elite has changed: so has what is known of those of the population that stand for it. */
export function revise(population: Population, elite: number, value: number): void {
  if (elite === NO_ELITE) return;
  for (let at = 0; at < population.elites.length; at++)
    if (population.elites[at] === elite) population.values[at] = value;
}

/** One of the first `count` that was told, evenly at random, other than those given; -1 where there is none. */
export function anotherOf(
  { filled }: Population,
  count: number,
  random: RandomStream,
  not: number,
  nor = not,
  neither = not,
): number {
  let open = 0;
  for (let at = 0; at < count; at++) if (filled[at] === 1 && at !== not && at !== nor && at !== neither) open++;
  if (open === 0) return -1;
  let wanted = random.below(open);
  for (let at = 0; at < count; at++)
    if (filled[at] === 1 && at !== not && at !== nor && at !== neither && wanted-- === 0) return at;
  return -1;
}

/** Where a place from elsewhere goes: to an empty one, else in the stead of the worst, where it is better; else -1. */
export function seatFor(population: Population, value: number): number {
  const empty = population.filled.indexOf(0);
  if (empty >= 0) return empty;
  let worst = 0;
  for (let at = 1; at < population.values.length; at++)
    if ((population.values[at] as number) > (population.values[worst] as number)) worst = at;
  return (population.values[worst] as number) > value ? worst : -1;
}
