import type { Arm, FirstLightResult } from "./results.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** Figures and sentences that the text and the page share. */
export function milliseconds(us: number): string {
  const ms = us / 1000;
  return `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

export function whole(value: number): string {
  return Math.round(value).toString();
}

export function ratio(value: number): string {
  return value.toFixed(2);
}

/** "0.52 ms (0.40 to 0.81)" with the unit once. */
export function spread(of: Spread, show: (value: number) => string): string {
  const bare = (value: number): string => show(value).replace(/ [a-z]+$/, "");
  return `${show(of.median)} (${bare(of.min)} to ${bare(of.max)})`;
}

export function setUpSentence({ setUp, balance }: FirstLightResult): string {
  const pairs = balance.rounds.length / 2;
  return (
    `${setUp.service} in ${setUp.shards} shard${setUp.shards === 1 ? "" : "s"} at ${setUp.ratePerSecond} requests/s ` +
    `(${setUp.query}; ${(setUp.serviceLoad * 100).toFixed(0)} % of CPU ${setUp.cpus}), beside ${setUp.hogs} batch jobs. ` +
    `${pairs} rounds of ${setUp.roundSeconds} s each way in turns (ABBA), each after ${setUp.settleSeconds} s to settle. ` +
    `Off: the layer does not run. On: \`swarms run\`, target ${setUp.targetMs} ms.`
  );
}

/** Everything beside service and batch took its share too: a busy host makes the figures rough. */
export function othersSentence({ balance }: FirstLightResult): string {
  const percent = (of: Spread): string => spread(of, (share) => whole(share * 100));
  const of = (arm: Arm): Spread =>
    spreadOf(balance.rounds.filter((round) => round.arm === arm).map((round) => round.othersShare));
  return `Everything else (the client, the layer, the rest of the host) took ${percent(of("off"))} % of these CPUs with the layer off, ${percent(of("on"))} % with it on.`;
}

export const BUSY =
  "This host was busy with other things, on the same CPUs: take the figures as rough, and repeat when it is quiet.";

/** Client and layer together stay below; above it, others decide what the rounds measure. */
const BUSY_SHARE = 0.25;

export function isBusy({ balance }: FirstLightResult): boolean {
  return spreadOf(balance.rounds.map((round) => round.othersShare)).median > BUSY_SHARE;
}

/** How far to trust the client's figures. */
export function clientSentence({ setUp, balance }: FirstLightResult): string {
  const lag = Math.max(0, ...balance.rounds.map((round) => round.lagP99Us));
  const unanswered = balance.rounds.reduce((sum, round) => sum + round.unanswered, 0);
  const errors = balance.rounds.reduce((sum, round) => sum + round.errors, 0);
  return (
    `Open loop, Poisson arrivals (seed ${setUp.seed}), latency from the intended send; ` +
    `the client runs ${setUp.clientSchedule}, its own p99 send lag was at most ${milliseconds(lag)}; ` +
    `${unanswered} unanswered, ${errors} errors.`
  );
}

export function reflexSentence({ balance }: FirstLightResult): string {
  const came = balance.reflexMs.filter((ms) => ms >= 0);
  if (came.length === 0) return "The layer changed no knob of the batch jobs.";
  return `First change of a knob ${came.map((ms) => `${whole(ms)} ms`).join(", ")} after the layer was ready (${balance.reflexMs.length} starts).`;
}

export const ROWS = [
  { name: "service p50", unit: milliseconds, of: "p50Us" },
  { name: "service p99", unit: milliseconds, of: "p99Us" },
  { name: "service p99.9", unit: milliseconds, of: "p999Us" },
  { name: "batch work/s", unit: whole, of: "workPerSecond" },
] as const;
