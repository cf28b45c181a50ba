import { type Decision, type Proposal, specOf } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { type EntityKey, parseEntityKey } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { Answer } from "../core/wire/messages.ts";
import type { GuardPort } from "./guard-port.ts";

/** One thing that was asked for, and how often. */
export interface Asked {
  readonly agent: string;
  readonly kind: Proposal["kind"];
  readonly target: EntityKey;
  readonly value: number;
  /** Milliseconds since the recording began: first and last time. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** Of the first time. */
  readonly reason: string;
  readonly incident: string;
}

/** Different things asked for that are kept; more are only counted. */
const MAX_ASKED = 1000;
/** Answers handed out between two entries: agents that answer an answer with a proposal wait for the next. */
const MAX_TURN = 1000;

/**
 * Stands where the guard stands, without a kernel: every proposal is answered as in mode observe ("it would
 * be done"), after the turn in which it was made, as over the wire.
 */
export class ReplayGuard implements GuardPort {
  private readonly clock: Clock;
  private readonly asked = new Map<string, Asked>();
  private waiting: Proposal[] = [];
  private beganMs = 0;
  private made = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  begin(): void {
    this.beganMs = this.clock.monoMs();
  }

  propose(proposal: Proposal): void {
    this.made++;
    this.waiting.push(proposal);
    this.note(proposal);
  }

  /** Hands the answers out. */
  settle(decided: (decision: Decision) => void): void {
    for (let turn = 0; turn < MAX_TURN; turn++) {
      const proposal = this.waiting.shift();
      if (proposal === undefined) return;
      decided(this.decide(proposal));
    }
  }

  proposals(): { readonly total: number; readonly kinds: readonly Asked[] } {
    return { total: this.made, kinds: [...this.asked.values()] };
  }

  undo(action: string): Promise<Answer> {
    return Promise.resolve(nothingHeld(action));
  }

  restore(): Promise<Answer> {
    return Promise.resolve(nothingHeld("restore"));
  }

  watch(): void {
    // Nobody samples.
  }

  private note({ agent, kind, target, value, reason, incident = "" }: Proposal): void {
    const key = [agent, kind, target, value, incident].join("\0");
    const lastMs = this.clock.monoMs() - this.beganMs;
    const known = this.asked.get(key);
    if (known === undefined && this.asked.size >= MAX_ASKED) return;
    const first = { agent, kind, target, value, firstMs: lastMs, reason: printable(reason, 400), incident, count: 0 };
    this.asked.set(key, { ...first, ...known, lastMs, count: (known?.count ?? 0) + 1 });
  }

  private decide({ id, kind, target, value, leaseMs }: Proposal): Decision {
    const entity = parseEntityKey(target);
    const held = Math.min(leaseMs, specOf(kind).maxLeaseMs);
    return {
      proposal: id,
      action: "",
      outcome: "observed",
      kind,
      cgroup: entity?.kind === "workload" ? entity.name : "",
      from: "",
      to: String(value),
      untilMs: this.clock.wallMs() + held,
      code: "",
      says: `${kind} to ${value} for ${Math.round(held / 100) / 10} s; a replay changes nothing`,
    };
  }
}

function nothingHeld(request: string): Answer {
  const says = "a replay changes nothing, so there is nothing to undo";
  return { request, ok: false, code: "SW-NOT-FOUND", says };
}
