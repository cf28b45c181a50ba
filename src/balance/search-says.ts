import { type ActionKind, type Evidence, specOf } from "../core/action.ts";
import { type EntityKey, HOST } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { Setting } from "./knob-space.ts";
import type { Compared, Step, Trying } from "./search-course.ts";
import type { Because } from "./search-holds.ts";
import type { Origin } from "./search-plan.ts";

/** Who tells, and what workloads are called for people. */
export interface Teller {
  readonly agent: string;
  readonly atMs: number;
  readonly label: (entity: EntityKey) => string;
}

type Label = Teller["label"];

const ORIGINS: Record<Origin, string> = {
  remembered: "remembered from before",
  optimiser: "the optimiser's",
  random: "drawn at random",
  neighbour: "a step from the best so far",
  simpler: "one knob less",
  nothing: "doing nothing",
};

/** Losers told of with a winner; the evidence of a proposal is short. */
const LOSERS = 5;
const LONGEST = 240;
const LONGEST_TRIAL = 400;
/** Characters (wire/schema.ts takes 1024). */
const REASON = 900;
/** JSON has no infinity. */
const FAR = 1e6;

/** "cpu.max 150 % of one CPU on hogs, sched.slice 300 µs on redis", or "no change". */
export function settingsSay(settings: readonly Setting[], label: Label): string {
  if (settings.length === 0) return "no change";
  return settings.map((one) => `${one.knob.kind} ${amount(one)} on ${label(one.entity)}`).join(", ");
}

/** Why a setting is on trial. */
export function tryingSays({ settings, confirms, verdict }: Trying, kept: readonly Setting[], label: Label): string {
  const what = `${settingsSay(settings, label)} against ${settingsSay(kept, label)}`;
  return printable(`${confirms ? "tries once more" : "tries"} ${what}, pair ${verdict.pairs + 1}`, LONGEST_TRIAL);
}

/** Why a winner is kept: one sentence, and the numbers behind it, each comparison and what lost. */
export function wonBecause(
  step: Extract<Step, { what: "won" }>,
  losers: readonly Compared[],
  { agent, atMs, label }: Teller,
): Because {
  const { screening, confirmation } = step;
  const last = confirmation ?? screening;
  const how =
    confirmation === undefined
      ? "as it did before, so it is kept again"
      : `and once more in a rerun (${numbersSay(confirmation)})`;
  const reason = `${settingsSay(last.settings, label)} did better than ${settingsSay(last.against, label)} in ${numbersSay(screening)}, ${how}`;
  const teller = { agent, atMs, label };
  const evidence = [
    pieceOf("comparison", screening, teller),
    ...(confirmation ? [pieceOf("confirmation", confirmation, teller)] : []),
    ...losers.slice(-LOSERS).map((compared) => pieceOf("lost", compared, teller)),
  ];
  return { reason: printable(reason, REASON), evidence };
}

/** The same winner with one knob less, which was found to do nothing for it. */
export function shorterBecause(because: Because, compared: Compared, teller: Teller): Because {
  const { label } = teller;
  const kept = settingsSay(compared.settings, label);
  const reason = `${kept} alone does as well (${numbersSay(compared)}) as what was found first: ${because.reason}`;
  const evidence = [pieceOf("simpler", compared, teller), ...because.evidence].slice(0, 2 + 2 * LOSERS);
  return { reason: printable(reason, REASON), evidence };
}

function pieceOf(kind: string, compared: Compared, { agent, atMs, label }: Teller): Evidence {
  return {
    atMs,
    agent,
    kind,
    entity: compared.settings[0]?.entity ?? HOST,
    weight: 0,
    says: printable(comparedSays(compared, label), LONGEST),
    numbers: numbersOf(compared),
  };
}

function comparedSays(compared: Compared, label: Label): string {
  const { settings, against, origin, state } = compared;
  const who = origin === "nothing" ? "doing nothing" : `${settingsSay(settings, label)} (${ORIGINS[origin]})`;
  const versus = `against ${settingsSay(against, label)}`;
  if (state === "broke the target") return `${who} ${versus}: broke a target and was let go at once`;
  return `${who} ${versus}: ${numbersSay(compared)}`;
}

/** "9 pairs: batch work +12 % (interval +8 % to +16 %), latency at 0.6 of its target instead of 0.8". */
function numbersSay({ verdict, gained, incumbent, candidate }: Compared): string {
  const { pairs, effect, interval } = verdict;
  const between = `interval ${percent(interval[0])} to ${percent(interval[1])}`;
  const isWork = gained === "batch work";
  const work = isWork ? effect : Math.expm1(candidate.progress - incumbent.progress);
  const latency =
    Number.isFinite(candidate.over) && Number.isFinite(incumbent.over)
      ? `, latency at ${ofTarget(candidate.over)} of its target instead of ${ofTarget(incumbent.over)}`
      : "";
  const nearer = `, nearer to the target by ${percent(effect)} (${between})`;
  return `${pairs} pairs: batch work ${percent(work)}${isWork ? ` (${between})` : ""}${latency}${isWork ? "" : nearer}`;
}

function numbersOf({ verdict }: Compared): Record<string, number> {
  const { pairs, effect, interval, confidence } = verdict;
  const numbers = { pairs, effect, low: interval[0], high: interval[1], confidence };
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, Math.max(-FAR, Math.min(FAR, value || 0))]),
  );
}

function amount({ knob, value }: Setting): string {
  return levelSays(knob.kind, value);
}

/** A value with its unit, as far as that has a name. */
export function levelSays(kind: ActionKind, value: number): string {
  const { unit } = specOf(kind);
  return unit === "" || unit === "flag" || unit === "weight" ? String(value) : `${value} ${unit}`;
}

function percent(share: number): string {
  if (share >= 10) return share === Number.POSITIVE_INFINITY ? "any" : `${Number((share + 1).toPrecision(2))} times`;
  const points = share * 100;
  return `${points >= 0 ? "+" : "-"}${Math.abs(points) < 10 ? Math.abs(points).toFixed(1) : Math.round(Math.abs(points))} %`;
}

function ofTarget(over: number): string {
  return String(Number((2 ** over).toPrecision(2)));
}
