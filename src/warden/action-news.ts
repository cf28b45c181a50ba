import type { Decision, LeaseInfo, Proposal, Reverted } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { ActionChange, ActionNews } from "../core/output-record.ts";
import { printable } from "../core/printable.ts";

type Asked = Pick<Proposal | LeaseInfo, "agent" | "reason" | "incident">;
type Known = Omit<ActionNews, "id" | "change" | "atMs" | "says" | "cause" | "written">;

/** Changes in force, and approvals that wait, of which the end is still to be told. */
const MOST = 4096;

/** Says what the guard did and took back. Renewals are no news. */
export class ActionNewsDesk {
  private readonly clock: Clock;
  private readonly tell: (news: ActionNews) => void;
  private readonly known = new Map<string, Known>();
  private readonly waiting = new Set<string>();

  constructor(clock: Clock, tell: (news: ActionNews) => void) {
    this.clock = clock;
    this.tell = tell;
  }

  /** `asked`: by whom and why, where that is known. */
  decided(decision: Decision, asked: Asked | undefined): void {
    if (decision.outcome === "applied") return this.say(decision.action, "applied", decision, asked);
    const { approval } = decision;
    if (decision.outcome !== "advised" || approval === undefined || this.waiting.has(approval)) return;
    this.waiting.add(approval);
    for (const oldest of this.waiting) {
      if (this.waiting.size <= MOST) break;
      this.waiting.delete(oldest);
    }
    this.say(approval, "waiting", decision, asked);
  }

  reverted({ action, cause, written, says }: Reverted): void {
    const known = this.known.get(action) ?? { ...UNKNOWN, action };
    this.known.delete(action);
    this.tell({
      ...known,
      id: `${action}:ended`,
      change: "ended",
      atMs: this.clock.wallMs(),
      cause,
      written,
      says: printable(says, 1000),
    });
  }

  private say(action: string, change: ActionChange, decision: Decision, asked: Asked | undefined): void {
    const { kind, cgroup, from, to, untilMs, says } = decision;
    const { agent = "", reason = "", incident } = asked ?? {};
    const known: Known = {
      what: "action",
      action,
      kind,
      cgroup: printable(cgroup, 4096),
      from,
      to,
      untilMs,
      agent: printable(agent, 64),
      reason: printable(reason, 1024),
      ...(incident !== undefined && { incident: printable(incident, 64) }),
    };
    if (change === "applied") {
      this.known.set(action, known);
      const oldest = this.known.keys().next();
      if (this.known.size > MOST && oldest.done !== true) this.known.delete(oldest.value);
    }
    this.tell({ ...known, id: `${action}:${change}`, change, atMs: this.clock.wallMs(), says: printable(says, 1000) });
  }
}

/** Of an earlier run: the journal knows more (`swarms explain`). */
const UNKNOWN = {
  what: "action",
  kind: "",
  cgroup: "",
  from: "",
  to: "",
  untilMs: 0,
  agent: "",
  reason: "",
} as const;
