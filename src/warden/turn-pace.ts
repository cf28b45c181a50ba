import { isCrowded, waitsInTailOnly } from "../core/crowding.ts";
import { pressureTarget } from "../core/pressure-target.ts";
import type { ReadingBatch, ReadingName, WorkloadInfo } from "../core/reading.ts";

export const TURNS = {
  /** Milliseconds between turns while something has just changed, */
  alertMs: 250,
  /** where groups are at odds and all goes as it did, */
  steadyMs: 1000,
  /** and on a host where there is nothing to be done for anybody, and was not for a while, */
  idleMs: 2000,
  /** or not for longer: what begins there is told by the kernel, as a stall. */
  calmMs: 4000,
  /** From a change on: what the reflex does about it is done by then, and has shown what it is worth. */
  alertForMs: 5000,
  /** From the beginning of a stall on: two readings of what has come, and what is done about it. */
  stallForMs: 1000,
  idleAfterMs: 6000,
  calmAfterMs: 10_000,
  /** Turns on the alert in a row at most, and a second: where everything flutters, nothing is news. */
  burst: 40,
  perSecond: 0.5,
  /** A stall that is told within this of the last one is the same: the kernel repeats it every half second as long as it lasts. */
  stallMs: 3000,
  /** A service that misses its target again within this of the last time has not been well in between: what could be done for it is under way. */
  relapseMs: 5000,
  /** Waits behind a 99th percentile; fewer say nothing about a tail. */
  leastWaits: 10,
} as const;

/**
 * When to look next. A turn costs some milliseconds of CPU time, mostly of caches that others had filled, so that looking often is for
 * when there is something new to be seen: who is there, what they are, what is in force, a service that begins to miss its target. What lasts is
 * looked at once a second, and so is what comes and goes: a look is itself some milliseconds that services wait for, and where they are near
 * their targets each look would be the reason for the next.
 */
export class TurnPace {
  private alertUntilMs = Number.NEGATIVE_INFINITY;
  private newsMs: number;
  private stallMs = Number.NEGATIVE_INFINITY;
  private turnMs: number;
  private left: number = TURNS.burst;
  private cast = "";
  /** When each of the services that miss their targets was last seen to. */
  private readonly illMs = new Map<string, number>();
  private readonly cpus: number | undefined;
  private readonly tellsStalls: () => boolean;

  /** `cpus` of the host, by which its usage is judged; `tellsStalls`: whether `stalls` is called when tasks begin to wait. */
  constructor(nowMs: number, cpus?: number, tellsStalls: () => boolean = () => false) {
    this.cpus = cpus;
    this.tellsStalls = tellsStalls;
    this.newsMs = nowMs;
    this.turnMs = nowMs;
  }

  /** Something else than a reading is new: what is in force, or the configuration. */
  news(nowMs: number): void {
    this.newsMs = nowMs;
    this.alertUntilMs = nowMs + TURNS.alertForMs;
  }

  /** Some task begins to wait: whether to look at once. */
  stalls(nowMs: number): boolean {
    const isSame = nowMs - this.stallMs < TURNS.stallMs;
    this.stallMs = nowMs;
    if (!isSame) this.alertUntilMs = Math.max(this.alertUntilMs, nowMs + TURNS.stallForMs);
    return !isSame;
  }

  /** After a turn: milliseconds to the next. `watched`: somebody looks on, or something is in force. */
  after(batch: ReadingBatch, nowMs: number, watched = false): number {
    const sinceMs = nowMs - this.turnMs;
    this.turnMs = nowMs;
    this.left = Math.min(TURNS.burst, this.left + (sinceMs / 1000) * TURNS.perSecond);
    const told = batch.workloads.filter(({ kind }) => kind !== "unknown");
    const cast = told.map(({ name, kind }) => `${kind} ${name}`).join("\n");
    const crowded = isCrowded(batch.readings, this.cpus);
    const fallsIll = this.fallsIll(illAtEase(told, batch, sinceMs, crowded), nowMs);
    if (cast !== this.cast || fallsIll) this.news(nowMs);
    this.cast = cast;
    const isContested = areAtOdds(told);
    if (isContested && nowMs < this.alertUntilMs && this.left >= 1) {
      this.left--;
      return TURNS.alertMs;
    }
    return watched ? TURNS.steadyMs : this.atRest(isContested && (crowded || asksItself(batch)), nowMs);
  }

  /** The longer all has gone well, the rarer: with room for everybody nobody needs to give way, and the end of that is a stall, which is told. */
  private atRest(isContested: boolean, nowMs: number): number {
    const quietMs = nowMs - this.newsMs;
    if (isContested || quietMs < TURNS.idleAfterMs) return TURNS.steadyMs;
    const isCalm = Math.min(quietMs, nowMs - this.stallMs) >= TURNS.calmAfterMs && this.tellsStalls();
    return isCalm ? TURNS.calmMs : TURNS.idleMs;
  }

  private fallsIll(ill: readonly string[], nowMs: number): boolean {
    for (const [name, atMs] of this.illMs) if (nowMs - atMs > TURNS.relapseMs) this.illMs.delete(name);
    const isNew = ill.some((name) => !this.illMs.has(name));
    for (const name of ill) this.illMs.set(name, nowMs);
    // Who is ill needs whoever could do something about it to look on.
    if (ill.length > 0) this.newsMs = nowMs;
    return isNew;
  }
}

/** Some group serves, and some other could give way to it, or its operator has said so. */
function areAtOdds(told: readonly WorkloadInfo[]): boolean {
  const isThere = (kind: WorkloadInfo["kind"]): boolean => told.some((each) => each.kind === kind);
  const isDeclared = told.some(({ kind, confidence }) => kind === "latency" && confidence === undefined);
  return isDeclared || (isThere("latency") && isThere("batch"));
}

/** Some service tells a number of its own: that it gets worse is no stall, and is told by nobody else. */
function asksItself({ readings }: ReadingBatch): boolean {
  return readings.some(({ name }) => name === "objective.excess");
}

/** Names of the services that miss what they are there for. */
function illAtEase(
  told: readonly WorkloadInfo[],
  { readings }: ReadingBatch,
  sinceMs: number,
  crowded: boolean,
): string[] {
  const services = new Map(told.flatMap((info) => (info.kind === "latency" ? [[`w:${info.name}`, info]] : [])));
  if (services.size === 0) return [];
  const numbers = new Map<string, Map<ReadingName, number>>();
  for (const { entity, name, value } of readings) {
    if (!services.has(entity)) continue;
    const known = numbers.get(entity) ?? new Map<ReadingName, number>();
    numbers.set(entity, known.set(name, value));
  }
  const turn = { sinceMs, crowded };
  return [...services].flatMap(([entity, info]) =>
    isIll(info, numbers.get(entity) ?? new Map(), turn) ? [info.name] : [],
  );
}

function isIll(
  info: WorkloadInfo,
  numbers: ReadonlyMap<ReadingName, number>,
  { sinceMs, crowded }: { readonly sinceMs: number; readonly crowded: boolean },
): boolean {
  const { targetNs } = info;
  const of = (name: ReadingName): number => numbers.get(name) ?? 0;
  const own = numbers.get("objective.excess");
  if (own !== undefined) return own > 1;
  const waits = (of("runq.count") * sinceMs) / 1000;
  return (
    (waits >= TURNS.leastWaits &&
      targetNs > 0 &&
      of("runq.delay.p99") > targetNs &&
      (crowded || !waitsInTailOnly(numbers, targetNs))) ||
    of("pressure.memory.some") > pressureTarget(info, "memory") ||
    of("pressure.io.some") > pressureTarget(info, "io")
  );
}
