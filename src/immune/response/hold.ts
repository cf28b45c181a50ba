import type { Decision } from "../../core/action.ts";
import type { AgentContext } from "../../core/agent.ts";
import type { Rung } from "./response-plan.ts";
import type { Sighting } from "../incidents/sighting.ts";

export const HOLD = {
  /** A change is renewed when half of its lease is over, so that two thirds are never gone. */
  renewAtShare: 0.5,
  /** A renewal that nobody answered is repeated after a sixteenth of the lease, and of a short one after this. */
  leastSilentMs: 2000,
  /** After a refusal that passes by itself: this long, doubling each time, at most so often. */
  retryMs: 30_000,
  retries: 6,
  /** A proposal that the guard has not answered is made again after this, as often as after a refusal. */
  answerMs: 10_000,
  /** Whoever goes on running, slowed or cut off, is let go once so little danger is left (half of a quorum) for so long. */
  calm: 0.75,
  calmMs: 60_000,
} as const;

/** What is done about one process of an incident. */
export interface Hold {
  readonly incident: string;
  sighting: Sighting;
  phase: "asked" | "held" | "waiting" | "told" | "over";
  rung: Rung;
  /** Still to be tried where the rung at hand is not in force, in order. */
  rest: readonly Rung[];
  proposal: string;
  action: string;
  /** Of milder rungs before, whose leases lapse: as many as there are rungs at most. */
  readonly before: string[];
  askedMs: number;
  /** Start of the running lease and its length, and start of the first. */
  leasedMs: number;
  grantedMs: number;
  firstMs: number;
  refusals: number;
  calmSinceMs: number | undefined;
  /** Proposal to end the process, "" where there was none. */
  ending: string;
}

export function newHold(incident: string, sighting: Sighting, rungs: readonly [Rung, ...Rung[]]): Hold {
  const [rung, ...rest] = rungs;
  const times = { askedMs: 0, leasedMs: 0, grantedMs: 0, firstMs: 0, calmSinceMs: undefined };
  const names = { proposal: "", action: "", before: [], ending: "" };
  return { incident, sighting, phase: "asked", rung, rest, ...names, ...times, refusals: 0 };
}

/** Goes on to another rung; what is held until now lapses. */
export function turnTo(hold: Hold, [rung, ...rest]: readonly [Rung, ...Rung[]]): void {
  if (hold.action !== "") hold.before.push(hold.action);
  Object.assign(hold, { rung, rest, phase: "asked", action: "", refusals: 0, calmSinceMs: undefined });
}

/** The guard did it, or goes on with it: for less time than was asked for, where it says so (a quota's lease is short). */
export function keep(hold: Hold, { action, untilMs }: Decision, askedLeaseMs: number, wallMs: number): void {
  if (hold.phase !== "held") hold.firstMs = hold.askedMs;
  hold.phase = "held";
  hold.action = action;
  hold.leasedMs = hold.askedMs;
  hold.grantedMs = untilMs > wallMs ? Math.min(askedLeaseMs, untilMs - wallMs) : askedLeaseMs;
  hold.refusals = 0;
}

/** Whether it is time to renew, to ask once more, or to try again. */
export function isDue(hold: Hold, nowMs: number): boolean {
  const silentMs = nowMs - hold.askedMs;
  switch (hold.phase) {
    case "asked":
      return silentMs >= HOLD.answerMs;
    case "held":
      return (
        nowMs - hold.leasedMs >= hold.grantedMs * HOLD.renewAtShare &&
        silentMs >= Math.max(hold.grantedMs / 16, HOLD.leastSilentMs)
      );
    case "waiting":
      return silentMs >= HOLD.retryMs * 2 ** (hold.refusals - 1);
    default:
      return false;
  }
}

/** What still runs shows by its silence that the danger has passed; what is frozen cannot show it. To be asked every turn. */
export function hasCalmed(hold: Hold, { field, nowMs }: Pick<AgentContext, "field" | "nowMs">): boolean {
  if (hold.phase !== "held" || hold.rung === "freeze") return false;
  if (field.concentration(hold.sighting.entity, "danger") >= HOLD.calm) hold.calmSinceMs = undefined;
  else hold.calmSinceMs ??= nowMs;
  return hold.calmSinceMs !== undefined && nowMs - hold.calmSinceMs >= HOLD.calmMs;
}
