import { RandomStream } from "../../src/core/random.ts";
import type { Spread } from "../../src/lab/spread.ts";
import type { Figure } from "../harness.ts";

/** A score, the higher the stranger, and what it is drawn with when the sample is redrawn. */
export interface Scored {
  readonly score: number;
  readonly session: string;
}

const SEED = 20_130_410;

/** How often an attack's score is above a normal one's, a tie for half: the area under the ROC curve. */
export function auc(normal: readonly Scored[], attack: readonly Scored[]): number {
  return weightedAuc(ranked(normal, attack), () => 1);
}

/**
 * The area (as the median) and its 95 % interval (as the range), by percentiles of a bootstrap: attacks are drawn by whole sessions, since the
 * traces of one are not independent; normal traces one by one.
 */
export function aucInterval(normal: readonly Scored[], attack: readonly Scored[], draws: number): Spread {
  const random = new RandomStream(SEED);
  const rows = ranked(normal, attack);
  const groups = new Map<string, number[]>();
  for (const [index, { session }] of attack.entries())
    groups.set(session, [...(groups.get(session) ?? []), normal.length + index]);
  const sessions = [...groups.values()];
  const weights = new Uint32Array(normal.length + attack.length);
  const drawn: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    for (let i = 0; i < normal.length; i++) weights[random.below(normal.length)]! += 1;
    for (let i = 0; i < sessions.length; i++)
      for (const index of sessions[random.below(sessions.length)] ?? []) weights[index]! += 1;
    drawn.push(weightedAuc(rows, (index) => weights[index] ?? 0));
  }
  drawn.sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.round(share * (drawn.length - 1))] ?? Number.NaN;
  return { median: auc(normal, attack), min: at(0.025), max: at(0.975) };
}

/** The share of attacks above the lowest threshold that at most `falseAlarms` of the normal traces are above. */
export function detection(normal: readonly Scored[], attack: readonly Scored[], falseAlarms: number): number {
  const scores = normal.map(({ score }) => score).sort((a, b) => b - a);
  const threshold = scores[Math.floor(falseAlarms * scores.length)] ?? Number.NEGATIVE_INFINITY;
  return attack.filter(({ score }) => score > threshold).length / attack.length;
}

/** A figure without an interval. */
export const exactly = (name: string, value: number, unit = ""): Figure => ({
  name,
  spread: { median: value, min: value, max: value },
  unit,
});

interface Ranked {
  readonly score: number;
  readonly index: number;
  readonly isAttack: boolean;
}

function ranked(normal: readonly Scored[], attack: readonly Scored[]): Ranked[] {
  return [...normal, ...attack]
    .map(({ score }, index) => ({ score, index, isAttack: index >= normal.length }))
    .sort((a, b) => a.score - b.score);
}

function weightedAuc(rows: readonly Ranked[], weightOf: (index: number) => number): number {
  let [below, pairs, attacks] = [0, 0, 0];
  for (let at = 0; at < rows.length;) {
    const score = rows[at]?.score;
    let [tiedNormal, tiedAttack] = [0, 0];
    for (let row = rows[at]; row !== undefined && row.score === score; row = rows[++at]) {
      if (row.isAttack) tiedAttack += weightOf(row.index);
      else tiedNormal += weightOf(row.index);
    }
    pairs += tiedAttack * (below + tiedNormal / 2);
    below += tiedNormal;
    attacks += tiedAttack;
  }
  return pairs / (below * attacks);
}
