import type { Clock } from "../core/clock.ts";
import { type AlarmInfo, ALARMS, type GuardInfo } from "../core/guard-info.ts";
import type { Guard } from "../guard/guard.ts";
import { guardInfo } from "./people.ts";

/** Tells the hive of the guard's counters, alarms and what waits for people, when they have changed. */
export class GuardNews {
  private readonly clock: Clock;
  private readonly sinceMs: number;
  private told = "";

  constructor(clock: Clock) {
    this.clock = clock;
    this.sinceMs = clock.wallMs();
  }

  now(guard: Guard): GuardInfo {
    return guardInfo(guard, this.clock, this.sinceMs);
  }

  /** Undefined where it is what was given last. */
  ifChanged(guard: Guard): GuardInfo | undefined {
    const info = this.now(guard);
    // Without the times, which move a little with the wall clock.
    const waiting = info.waiting.map(({ id, approvedBy, untilMs }) => [id, approvedBy, Math.round(untilMs / 10_000)]);
    const text = JSON.stringify([info.outcomes, info.codes, info.alarms, waiting]);
    if (text === this.told) return undefined;
    this.told = text;
    return info;
  }
}

/** A line for the log, which the hive has no part in. */
export function alarmWords({ id, alarm, count, agents, latest }: AlarmInfo): string {
  const { code, says } = ALARMS[alarm];
  const times = count === 1 ? "" : ` (${count} times)`;
  return `${code}: ${says}${times}; asked for by ${agents.join(", ")}; the latest: ${latest}; alarm ${id}`;
}
