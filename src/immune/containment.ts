import type { Decision, Reverted } from "../core/action.ts";
import type { AgentContext } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { Sighting } from "./sighting.ts";
import { tellShortly } from "./story.ts";

export const CONTAINMENT = {
  /** A freeze is renewed when half of its lease is over, so that two thirds are never gone. */
  renewAtShare: 0.5,
  /** Unless a person decides, nothing stays frozen longer: by then a person has looked, or nobody will. */
  longestMs: 3_600_000,
  /** After a refusal that passes by itself: this long, doubling each time, at most so often. */
  retryMs: 30_000,
  retries: 6,
  /** What was only observed or advised is not asked again for this long. */
  quietMs: 600_000,
  /** A proposal that the guard has not answered is made again after this, as often as after a refusal. */
  answerMs: 10_000,
  /** Less of a lease is not worth a proposal. */
  leastLeaseMs: 1000,
  holds: 256,
} as const;

/** Refusals that pass by themselves; every other is final. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>(["SW-GUARD-RATE", "SW-GUARD-BUDGET", "SW-GUARD-KNOB"]);

interface Hold {
  readonly incident: string;
  readonly sighting: Sighting;
  phase: "asked" | "held" | "waiting" | "told" | "over";
  proposal: string;
  action: string;
  askedMs: number;
  /** Start of the running lease, and of the first. */
  leasedMs: number;
  firstMs: number;
  refusals: number;
}

/**
 * The graded response to an incident; its first step here is to freeze. Keeps each freeze alive while
 * the incident is open, at most for an hour, and takes a refusal or a person's undo as an answer.
 */
export class Containment {
  private readonly agent: string;
  private readonly leaseMs: number;
  private readonly holds = new Map<EntityKey, Hold>();
  /** The target of the proposal being made: where the guard is in the same process it answers before `propose` returns. */
  private asking: Hold | undefined;

  constructor(agent: string, leaseMs: number) {
    this.agent = agent;
    this.leaseMs = leaseMs;
  }

  /** Asks for a freeze, unless one is held, asked for or was refused for good. */
  respond(incident: string, sighting: Sighting, context: AgentContext): void {
    const known = this.holds.get(sighting.entity);
    if (known !== undefined) {
      const quiet = known.phase === "told" && context.nowMs - known.askedMs >= CONTAINMENT.quietMs;
      if (!quiet) return;
    }
    const hold: Hold = {
      incident,
      sighting,
      phase: "asked",
      proposal: "",
      action: "",
      askedMs: context.nowMs,
      leasedMs: 0,
      firstMs: 0,
      refusals: 0,
    };
    this.holds.delete(sighting.entity);
    this.holds.set(sighting.entity, hold);
    this.bound();
    this.ask(hold, context);
  }

  /** Called every second or so: renews, tries again, lets go. */
  tick(isOpen: (incident: string) => boolean, context: AgentContext): void {
    for (const hold of this.holds.values()) {
      if (!isOpen(hold.incident)) hold.phase = "over";
      else if (this.isDue(hold, context.nowMs)) {
        if (hold.phase === "asked") hold.refusals++;
        if (hold.refusals > CONTAINMENT.retries) hold.phase = "over";
        else this.ask(hold, context);
      }
    }
  }

  onDecision(decision: Decision, context: AgentContext): void {
    const hold = [...this.holds.values()].find((other) => other.proposal === decision.proposal) ?? this.asking;
    if (hold === undefined || hold.phase === "over") return;
    switch (decision.outcome) {
      case "applied":
      case "renewed":
        if (hold.phase !== "held") hold.firstMs = hold.askedMs;
        hold.phase = "held";
        hold.action = decision.action;
        hold.leasedMs = hold.askedMs;
        hold.refusals = 0;
        return;
      case "observed":
      case "advised":
        hold.phase = "told";
        return;
      case "refused":
        hold.refusals++;
        hold.phase = PASSING.has(decision.code) && hold.refusals <= CONTAINMENT.retries ? "waiting" : "over";
        hold.askedMs = context.nowMs;
    }
  }

  /** Whoever thawed it, a person, another owner or the end of the lease, had a reason: it is not frozen again for this incident. */
  onReverted(reverted: Reverted): void {
    for (const hold of this.holds.values()) if (hold.action === reverted.action) hold.phase = "over";
  }

  private isDue(hold: Hold, nowMs: number): boolean {
    const silentMs = nowMs - hold.askedMs;
    switch (hold.phase) {
      case "asked":
        return silentMs >= CONTAINMENT.answerMs;
      case "held":
        return nowMs - hold.leasedMs >= this.leaseMs * CONTAINMENT.renewAtShare && silentMs >= this.leaseMs / 16;
      case "waiting":
        return silentMs >= CONTAINMENT.retryMs * 2 ** (hold.refusals - 1);
      default:
        return false;
    }
  }

  private ask(hold: Hold, context: AgentContext): void {
    const { sighting } = hold;
    const leftMs = hold.phase === "held" ? hold.firstMs + CONTAINMENT.longestMs - context.nowMs : CONTAINMENT.longestMs;
    const lapsed = hold.phase === "held" && context.nowMs - hold.leasedMs >= this.leaseMs;
    if (lapsed || leftMs < CONTAINMENT.leastLeaseMs) {
      hold.phase = "over";
      return;
    }
    hold.askedMs = context.nowMs;
    this.asking = hold;
    hold.proposal = context.propose({
      agent: this.agent,
      kind: "freeze",
      target: sighting.entity,
      value: 1,
      leaseMs: Math.min(this.leaseMs, leftMs),
      reason: tellShortly(sighting, context),
      evidence: sighting.foremost,
      incident: hold.incident,
    });
    this.asking = undefined;
  }

  private bound(): void {
    if (this.holds.size <= CONTAINMENT.holds) return;
    const done = [...this.holds].find(([, hold]) => hold.phase === "over" || hold.phase === "told");
    const first = done?.[0] ?? [...this.holds.keys()][0];
    if (first !== undefined) this.holds.delete(first);
  }
}
