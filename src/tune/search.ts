import type { PairedComparison, Verdict } from "../swarm/comparison.ts";
import { pairOf, pairOrder } from "../swarm/comparison-blocks.ts";
import { Budget } from "./budget.ts";
import type { Ask, Found, Outcome, Role, SearchPlan, Tried } from "./search-plan.ts";
import { SearchState } from "./search-state.ts";

export type Steps<T> = Generator<Ask, T, Outcome>;

const DEFAULT_RUNS = 4;
/** One candidate in so many is drawn at random, whatever the optimiser believes. */
const RANDOM_EVERY = 10;
/** So many questions in a row about settings that are settled: there is nothing new to ask. */
const NOTHING_NEW = 500;

/**
 * The search, told as its steps: each `yield` wants a run and is given what became of it. It follows from the plan and the
 * outcomes alone, so that a history of outcomes leads to the very place where it was interrupted.
 *
 * Each candidate of the optimiser is measured beside the incumbent, in pairs of random order. One that looks no better
 * after its first pairs is left; one that looks better is followed until it is clear, and then takes the incumbent's
 * place. The optimiser is told how each compares with the default by way of the incumbent, so that drift of the
 * host between early and late runs does not count. At the end the best is measured against the default anew.
 */
export function* search(plan: SearchPlan): Steps<Found> {
  const budget = new Budget(plan.budget);
  const run = function* (role: Role, point: readonly number[]): Steps<Outcome> {
    const outcome = yield { role, point };
    budget.spend(outcome.elapsedMs);
    return outcome;
  };
  for (let at = 0; at < plan.warmUps; at++) yield* run("warm-up", plan.start);
  const defaults: number[] = [];
  for (let at = 0; at < DEFAULT_RUNS; at++) defaults.push((yield* run("default", plan.start)).value);
  if (!defaults.some(Number.isFinite))
    return { defaults, best: undefined, confirmation: undefined, tried: [], runs: budget.runs, ended: "default fails" };

  const state = new SearchState(plan, budget, defaults);
  const ended = yield* explore(state, run);
  const { best } = state;
  const confirmation = best === undefined ? undefined : yield* confirm(state, best, run);
  const { tried } = state;
  return { defaults, best, confirmation, tried, runs: budget.runs, ended };
}

type Run = (role: Role, point: readonly number[]) => Steps<Outcome>;

function* explore(state: SearchState, run: Run): Steps<"budget" | "exhausted"> {
  const { plan, optimiser, budget } = state;
  let free = 0;
  for (let asked = 0; budget.forSearch(2); asked++) {
    const drawn = asked % RANDOM_EVERY === RANDOM_EVERY - 1 ? drawnFrom(plan) : undefined;
    const question = drawn === undefined ? optimiser.ask() : undefined;
    const point = drawn ?? question?.point ?? plan.start;
    const known = state.settled(point);
    free = known === undefined ? 0 : free + 1;
    if (free > NOTHING_NEW) return "exhausted";
    const tried = known ?? (yield* judge(state, point, run));
    // Smaller is better.
    if (question !== undefined) optimiser.tell(question.id, -tried.gain);
  }
  return "budget";
}

/** One candidate against the incumbent, as far as is worth it. */
function* judge(state: SearchState, point: readonly number[], run: Run): Steps<Tried> {
  const { plan, budget } = state;
  const comparison = state.comparisonOf(point);
  let reached: Tried["state"] = "undecided";
  for (let pairs = 1; reached === "undecided" && budget.forSearch(2); pairs++) {
    const { value, broke } = yield* measure(state, point, comparison, run);
    reached = broke ? "broke" : state.exact ? exactly(comparison, plan) : comparison.state;
    if (reached === "better") state.value = value;
    // What looks no better is left, and taken up where the optimiser comes back to it.
    if (pairs >= plan.repeats && !comparison.promising) break;
  }
  const gain = reached === "broke" ? Number.NEGATIVE_INFINITY : state.incumbent.gain + comparison.gain;
  const tried = { point, gain, pairs: comparison.verdict().pairs, state: reached };
  state.learn(tried);
  return tried;
}

function exactly({ gain }: PairedComparison, { smallestEffect }: SearchPlan): Tried["state"] {
  if (gain >= Math.log1p(smallestEffect) && gain > 0) return "better";
  return gain < 0 ? "worse" : "same";
}

/** One pair; where runs agree exactly, the candidate alone. Gives what became of the candidate. */
function* measure(
  state: SearchState,
  point: readonly number[],
  into: PairedComparison,
  run: Run,
): Steps<Pick<Outcome, "value" | "broke">> {
  if (state.exact) {
    const { value, broke } = yield* run("candidate", point);
    into.add({ incumbent: state.value, candidate: value });
    return { value, broke };
  }
  const order = pairOrder(() => state.plan.random.next());
  const outcomes: Outcome[] = [];
  for (const arm of order) outcomes.push(yield* run(arm, arm === "candidate" ? point : state.incumbent.point));
  const pair = pairOf(
    order,
    outcomes.map(({ value }) => value),
  );
  into.add(pair);
  return { value: pair.candidate, broke: outcomes.some(({ broke }, at) => broke && order[at] === "candidate") };
}

/** The best against the default from the beginning: the best of many looks better than it is. */
function* confirm(state: SearchState, best: readonly number[], run: Run): Steps<Verdict> {
  const { plan, budget } = state;
  const comparison = state.comparison();
  while (comparison.state === "undecided" && budget.forConfirmation(2)) {
    const order = pairOrder(() => plan.random.next());
    const values: number[] = [];
    for (const arm of order) {
      const outcome = yield* arm === "candidate" ? run("confirm best", best) : run("confirm default", plan.start);
      // A best that breaks what must hold is none, however fast.
      values.push(arm === "candidate" && outcome.broke ? Number.NaN : outcome.value);
    }
    comparison.add(pairOf(order, values));
  }
  return comparison.verdict();
}

function drawnFrom({ space, random }: SearchPlan): readonly number[] {
  return space.map(({ low, high, scale, integer }) => {
    const share = random.next();
    const top = integer ? high + 1 : high;
    const drawn = scale === "log" ? low * (top / low) ** share : low + share * (top - low);
    return integer ? Math.min(high, Math.floor(drawn)) : drawn;
  });
}
