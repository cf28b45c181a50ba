import type { AfterFacts, Arm, ArmSummary, BalanceResult, DropperResult, Round, Verdict } from "./results.ts";
import { spreadOf } from "./spread.ts";

/** What the layer has to reach on its own. */
export const BARS = { p99Ratio: 0.5, workRatio: 0.85, kinds: 2 } as const;

const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;

export function summarize(
  rounds: readonly Round[],
  reflexMs: readonly number[],
  explained: readonly string[],
): BalanceResult {
  return {
    rounds,
    off: summaryOf(rounds, "off"),
    on: summaryOf(rounds, "on"),
    p99Ratio: spreadOf(pairRatios(rounds, (round) => round.p99Us)),
    workRatio: spreadOf(pairRatios(rounds, (round) => round.workPerSecond)),
    reflexMs,
    explained,
  };
}

/** On divided by off within each pair of neighbouring rounds: what both share, cancels. */
export function pairRatios(rounds: readonly Round[], value: (round: Round) => number): number[] {
  return rounds
    .filter((round) => round.arm === "on")
    .flatMap((on) => {
      const off = rounds.find((round) => round.arm === "off" && round.pair === on.pair);
      return off === undefined || value(off) === 0 ? [] : [value(on) / value(off)];
    });
}

function summaryOf(rounds: readonly Round[], arm: Arm): ArmSummary {
  const of = (value: (round: Round) => number): ArmSummary["p50Us"] =>
    spreadOf(rounds.filter((round) => round.arm === arm).map(value));
  return {
    p50Us: of((round) => round.p50Us),
    p99Us: of((round) => round.p99Us),
    p999Us: of((round) => round.p999Us),
    workPerSecond: of((round) => round.workPerSecond),
  };
}

/** Held or missed, by the medians; every bar of the lab is in this list. */
export function judge(
  balance: BalanceResult,
  dropper: DropperResult | { readonly missing: string },
  after: AfterFacts,
): Verdict[] {
  return [
    {
      says: `service p99 with the layer is ${percent(balance.p99Ratio.median)} of without (bar: at most ${percent(BARS.p99Ratio)})`,
      held: balance.rounds.length > 0 && balance.p99Ratio.median <= BARS.p99Ratio,
    },
    {
      says: `batch work kept is ${percent(balance.workRatio.median)} (bar: at least ${percent(BARS.workRatio)})`,
      held: balance.workRatio.median >= BARS.workRatio,
    },
    ...("missing" in dropper ? [] : judgeDropper(dropper)),
    {
      says: after.differences.length === 0 ? "every knob is back at its baseline" : after.differences.join("; "),
      held: after.differences.length === 0,
    },
    { says: `journal: ${after.journal.says}`, held: after.journal.verified },
    {
      says: after.leftBehind.length === 0 ? "nothing was left behind" : `left behind: ${after.leftBehind.join(", ")}`,
      held: after.leftBehind.length === 0,
    },
  ];
}

function judgeDropper(dropper: DropperResult): Verdict[] {
  const kinds = dropper.incident?.kinds ?? [];
  const frozen = dropper.toFrozenMs >= 0;
  return [
    {
      says: `ordinary requests alone raised ${dropper.control.incidents} incidents (bar: none)`,
      held: dropper.control.incidents === 0,
    },
    {
      says:
        dropper.incident === undefined
          ? "the dropper raised no incident"
          : `the dropper raised an incident on ${kinds.length} kinds of evidence: ${kinds.join(", ")} (bar: at least ${BARS.kinds})`,
      held: kinds.length >= BARS.kinds,
    },
    {
      says: frozen
        ? `it was frozen ${Math.round(dropper.toFrozenMs)} ms after its first instruction; while frozen it took ${dropper.stepsWhileFrozen} steps`
        : "it was not frozen",
      held: frozen && dropper.stepsWhileFrozen === 0,
    },
    {
      says: dropper.undo.worked ? "the undo let it run again" : `the undo did not work: ${dropper.undo.says}`,
      held: dropper.undo.worked && dropper.stepsAfterUndo > 0,
    },
  ];
}
