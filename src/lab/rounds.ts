import { setTimeout as sleep } from "node:timers/promises";
import { ok, type Result } from "../core/errors.ts";
import type { Batch } from "./batch.ts";
import type { Client } from "./client.ts";
import type { RunningLayer } from "./layer.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import type { Arm, Round } from "./results.ts";

export interface RoundPlan {
  readonly rounds: number;
  readonly roundSeconds: number;
  /** From the switch to the first counted request; the same in both arms. */
  readonly settleSeconds: number;
}

/** The layer as the rounds see it: on, off, and how fast it reacted. */
export interface LayerSwitch {
  readonly running: RunningLayer | undefined;
  turn(arm: Arm): Promise<Result<void>>;
}

/** What the rounds measure. */
export interface Measured {
  readonly client: Client;
  readonly batch: Batch;
  readonly cores: number;
  /** CPU seconds so far that went to neither service nor batch. */
  othersSeconds(): number;
}

/** off on on off off on on off …: drift of the host falls on both arms alike. */
export function abbaOrder(pairs: number): readonly { readonly arm: Arm; readonly pair: number }[] {
  return Array.from({ length: pairs }, (_, pair) =>
    (pair % 2 === 0 ? (["off", "on"] as const) : (["on", "off"] as const)).map((arm) => ({ arm, pair })),
  ).flat();
}

export async function measureRounds(
  plan: RoundPlan,
  parts: Measured & { readonly layer: LayerSwitch },
  signal: AbortSignal,
  onRound: (round: Round) => void,
): Promise<Result<Round[]>> {
  const rounds: Round[] = [];
  for (const { arm, pair } of abbaOrder(plan.rounds)) {
    const turned = await parts.layer.turn(arm);
    if (!turned.ok) return turned;
    await sleep(plan.settleSeconds * 1000, undefined, { signal });
    const round = await measureRound(arm, pair, plan, parts, signal);
    if (!round.ok) return round;
    rounds.push(round.value);
    onRound(round.value);
  }
  return ok(rounds);
}

async function measureRound(
  arm: Arm,
  pair: number,
  plan: RoundPlan,
  { client, batch, othersSeconds, cores }: Measured,
  signal: AbortSignal,
): Promise<Result<Round>> {
  const opened = await client.openWindow();
  if (!opened.ok) return opened;
  const startMs = Date.now();
  const began = performance.now();
  const workBefore = batch.work();
  const othersBefore = othersSeconds();
  await sleep(plan.roundSeconds * 1000, undefined, { signal });
  const work = batch.work() - workBefore;
  const others = othersSeconds() - othersBefore;
  const seconds = (performance.now() - began) / 1000;
  const measured = await client.closeWindow();
  if (!measured.ok) return measured;
  const latency = LatencyHistogram.from(measured.value.latency);
  return ok({
    arm,
    pair,
    startMs,
    p50Us: latency.quantile(0.5),
    p99Us: latency.quantile(0.99),
    p999Us: latency.quantile(0.999),
    maxUs: latency.maxUs,
    requests: measured.value.sent,
    unanswered: measured.value.sent - measured.value.answered,
    errors: measured.value.errors,
    lagP99Us: LatencyHistogram.from(measured.value.lag).quantile(0.99),
    othersShare: Math.max(0, others / seconds / cores),
    workPerSecond: work / seconds,
    latency: measured.value.latency,
  });
}
