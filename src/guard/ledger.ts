import type { Decision, Outcome, Proposal } from "../core/action.ts";
import { knownSpec } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { AlarmInfo } from "../core/guard-info.ts";
import { Alarms } from "./alarms.ts";
import type { Journal } from "./journal/journal.ts";
import { Refusals } from "./refusals.ts";

export interface Counters {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Refusals by code. */
  readonly codes: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** More refusals than this within a minute are a flood; an agent that is refused waits for seconds before it asks again. */
const FLOOD = 1000;
const MINUTE_MS = 60_000;
/** Refusals of a containment that say that there were too many of them. */
const TOO_MANY: ReadonlySet<string> = new Set<ErrorCode>(["SW-GUARD-BUDGET", "SW-GUARD-RATE"]);

/** Counts what the guard says, sums refusals up for the journal, and raises an alarm where too much is asked. */
export class Ledger {
  readonly alarms: Alarms;
  private readonly clock: Clock;
  private readonly journal: Journal;
  private readonly refusals = new Refusals();
  private readonly outcomes = { applied: 0, renewed: 0, observed: 0, advised: 0, refused: 0 };
  private readonly codes: Partial<Record<ErrorCode, number>> = {};
  private minute = { sinceMs: Number.NEGATIVE_INFINITY, refused: 0 };

  constructor(clock: Clock, journal: Journal, onAlarm: (alarm: AlarmInfo) => void) {
    this.clock = clock;
    this.journal = journal;
    this.alarms = new Alarms(clock, { tell: onAlarm, record: (alarm) => journal.append("alarm", alarm).ok });
  }

  /** `watched`: whether the mode was to act, so that too much of it is somebody's fault. */
  count(proposal: Proposal, decision: Decision, watched: boolean): Decision {
    this.outcomes[decision.outcome]++;
    if (decision.outcome === "refused") this.countRefusal(proposal, decision, watched);
    this.settle();
    return decision;
  }

  /** Writes down what is due; with `last`, everything. */
  settle(how: { readonly last?: boolean } = {}): void {
    const nowMs = how.last === true ? Number.POSITIVE_INFINITY : this.clock.monoMs();
    this.refusals.flush(nowMs, (body) => this.journal.append("refused", body).ok);
    this.alarms.settle(how);
  }

  counters(): Counters {
    return { outcomes: { ...this.outcomes }, codes: { ...this.codes } };
  }

  private countRefusal({ agent, kind }: Proposal, decision: Decision, watched: boolean): void {
    const code = decision.code as ErrorCode;
    this.codes[code] = (this.codes[code] ?? 0) + 1;
    this.refusals.add(decision, agent);
    const nowMs = this.clock.monoMs();
    if (nowMs - this.minute.sinceMs >= MINUTE_MS) this.minute = { sinceMs: nowMs, refused: 0 };
    this.minute.refused++;
    const spec = knownSpec(kind);
    if (watched && spec?.containment === true && TOO_MANY.has(code)) this.alarms.raise("budget", agent, decision.says);
    if (this.minute.refused > FLOOD) this.alarms.raise("flood", agent, `${decision.code}: ${decision.says}`);
  }
}
