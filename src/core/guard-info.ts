import type { Outcome } from "./action.ts";
import type { ErrorCode } from "./errors.ts";

/** What the guard itself raises, whoever asked, and whether or not the asker likes it told. */
export const ALARMS = {
  budget: {
    code: "SW-GUARD-BUDGET",
    says: "more was to be contained or ended than the configuration allows in so short a time; the rest was refused",
  },
  flood: {
    code: "SW-GUARD-RATE",
    says: "far more was asked for than may be done: an agent is out of order, or the hive was taken over",
  },
  held: {
    code: "SW-GUARD-HELD",
    says: "something was contained for as long as is allowed without a person, and was let go",
  },
} as const satisfies Record<string, { readonly code: ErrorCode; readonly says: string }>;

export type AlarmName = keyof typeof ALARMS;

/** An alarm and its repeats. Times are CLOCK_REALTIME milliseconds; texts are printable. */
export interface AlarmInfo {
  /** The same for all its repeats. */
  readonly id: string;
  readonly alarm: AlarmName;
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** Who asked, as they call themselves; the first few. */
  readonly agents: readonly string[];
  /** The latest, in a sentence. */
  readonly latest: string;
}

/** A proposal that waits for people, as they see it. */
export interface WaitingInfo {
  readonly id: string;
  readonly kind: string;
  readonly cgroup: string;
  readonly from: string;
  readonly to: string;
  readonly agent: string;
  readonly reason: string;
  readonly needed: number;
  readonly approvedBy: readonly string[];
  /** CLOCK_REALTIME milliseconds. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What the guard counted since the warden began, and what it wants people to know. */
export interface GuardInfo {
  readonly sinceMs: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Refusals by code. */
  readonly codes: Readonly<Partial<Record<ErrorCode, number>>>;
  /** The latest first. */
  readonly alarms: readonly AlarmInfo[];
  readonly waiting: readonly WaitingInfo[];
}
