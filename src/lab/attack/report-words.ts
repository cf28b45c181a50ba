import type { Finding } from "./judge.ts";
import type { AttackResult } from "./results.ts";

/** Sentences and cells that both reports share. */
export function setUpSentence({ figures, events, days, seed }: AttackResult): string {
  return (
    `${figures.played} attacks as real processes, each in a group of its own, in the order of seed ${seed}. Before them the benign set was played ` +
    `${days} times to learn from (${whole(events.learning)} events), which the layer lived through as as many days; and once more to be judged ` +
    `(${whole(events.benign)} events). The attacks came with ${whole(events.attack - events.benign)}.`
  );
}

export function outcome({ skipped, detected, techniqueRight, folded }: Finding): string {
  if (skipped !== "") return "not played";
  if (!detected) return "missed";
  if (!techniqueRight) return "other technique";
  return folded ? "right, a repeat" : "right";
}

export function milliseconds(value: number | undefined): string {
  return value === undefined ? "" : `${value.toFixed(0)} ms`;
}

export function delaySentence({ figures: { medianMs, p95Ms, rightFolded } }: AttackResult): string {
  if (medianMs === undefined) return "Nothing was detected.";
  const repeats =
    rightFolded === 0
      ? ""
      : ` ${rightFolded} told only as a repeat of an earlier incident, by the techniques of that one.`;
  return `From an attack's first act to its incident: median ${milliseconds(medianMs)}, 95th percentile ${milliseconds(p95Ms)}.${repeats}`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
}
