import type { ActionKind, Decision, Reverted } from "../../core/action.ts";
import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { type Hold, HOLD, hasCalmed, isDue, keep, newHold, turnTo } from "./hold.ts";
import { Learning } from "./learning.ts";
import { dropOldest } from "../bounded/oldest.ts";
import {
  hasGrown,
  isStrong,
  mayEnd,
  modeUnlessNamed,
  type ModeOf,
  RUNG_ACTION,
  rungsFor,
  throttlePercent,
  upwardFrom,
} from "./response-plan.ts";
import type { Counted, Sighting } from "../incidents/sighting.ts";
import { tellShortly } from "../incidents/story.ts";

export const CONTAINMENT = {
  ...HOLD,
  /** Unless a person decides, nothing stays contained longer: by then a person has looked, or nobody will. */
  longestMs: 3_600_000,
  /** What was only observed or advised is not asked again for this long. */
  quietMs: 600_000,
  /** Less of a lease is not worth a proposal. */
  leastLeaseMs: 1000,
  holds: 256,
  /** Incidents for which a person has taken something back. */
  forgone: 256,
} as const;

/** Refusals that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>(["SW-GUARD-RATE", "SW-GUARD-BUDGET", "SW-GUARD-KNOB"]);

/** Refusals that are about the target: no other rung would be allowed either. */
const OF_TARGET: ReadonlySet<string> = new Set<ErrorCode>([
  "SW-GUARD-SCOPE",
  "SW-GUARD-PROTECTED",
  "SW-GUARD-GONE",
  "SW-GUARD-PERSON",
]);

export interface ContainmentOptions {
  /** Milliseconds. */
  readonly leaseMs: number;
  readonly modeOf?: ModeOf | undefined;
  /** Of the host, for the size of a throttle. */
  readonly cpus?: number | undefined;
  /** How long after its first start nothing is done by itself about what may only be new (learning.ts), milliseconds; 0 where left out. */
  readonly learningMs?: number | undefined;
}

/**
 * The graded response to an incident: slows down, cuts from the network, freezes (response-plan.ts says what when), each as a
 * lease that is renewed while the incident is open, at most for an hour. Goes up when evidence grows, and lets go when it
 * evaporates. Takes a refusal or a person's undo as an answer.
 */
export class Containment {
  readonly learning: Learning;
  private readonly agent: string;
  private readonly leaseMs: number;
  private readonly modeOf: ModeOf;
  private readonly throttle: number;
  private readonly holds = new Map<EntityKey, Hold>();
  private readonly forgone = new Set<string>();
  /** The target of the proposal being made: where the guard is in the same process it answers before `propose` returns. */
  private asking: Hold | undefined;

  constructor(agent: string, { leaseMs, modeOf = modeUnlessNamed, cpus = 1, learningMs = 0 }: ContainmentOptions) {
    this.learning = new Learning(learningMs);
    this.agent = agent;
    this.leaseMs = leaseMs;
    this.modeOf = modeOf;
    this.throttle = throttlePercent(cpus);
  }

  /** Whether the host is too little known to act on this without a person. What waits for people, or is only observed, may be asked for. */
  isTolerated(
    { isNovel, entity }: Pick<Counted, "isNovel"> & Pick<Sighting, "entity">,
    context: AgentContext,
  ): boolean {
    if (!isNovel || this.holds.has(entity) || !this.learning.isOn(context)) return false;
    return Object.values(RUNG_ACTION).some((kind) => this.modeOf(kind) === "enforce");
  }

  /** Asks for what the evidence calls for, unless that or more is held, asked for, or was refused for good. */
  respond(incident: string, sighting: Sighting, context: AgentContext): void {
    if (this.forgone.has(incident) || sighting.isTolerated) return;
    const known = this.holds.get(sighting.entity);
    const isQuiet = known?.phase === "told" && context.nowMs - known.askedMs >= CONTAINMENT.quietMs;
    if (known === undefined || isQuiet) this.begin(incident, sighting, context);
    else if (known.phase === "held" || known.phase === "told") this.climb(known, sighting, context);
  }

  /** A person says that the incident is what it says. */
  confirm(incident: string, context: AgentContext): void {
    for (const hold of this.holds.values()) if (hold.incident === incident) this.finish(hold, true, context);
  }

  /** Called every second or so: renews, tries again, lets go. */
  tick(isOpen: (incident: string) => boolean, context: AgentContext): void {
    for (const [entity, hold] of this.holds) {
      if (!isOpen(hold.incident)) hold.phase = "over";
      else if (hasCalmed(hold, context)) this.holds.delete(entity);
      else if (isDue(hold, context.nowMs)) {
        if (hold.phase === "asked") hold.refusals++;
        if (hold.refusals > HOLD.retries) hold.phase = "over";
        else this.ask(hold, context);
      }
    }
  }

  /** Gives the incident where people approved what is done now. */
  onDecision(decision: Decision, context: AgentContext): string | undefined {
    const { proposal, outcome, kind, code } = decision;
    const isOf = (hold: Hold): boolean => hold.proposal === proposal || hold.ending === proposal;
    const hold = [...this.holds.values()].find(isOf) ?? this.asking;
    if (hold === undefined || hold.phase === "over") return undefined;
    if (kind !== RUNG_ACTION[hold.rung]) {
      // Ended: what is frozen is let go, for on cgroup v1 it dies when it thaws.
      if (kind === ENDING && outcome === "applied") hold.phase = "over";
      return undefined;
    }
    const waited = hold.phase === "told";
    if (outcome === "observed") this.fall(hold, "told", context);
    else if (outcome === "advised") hold.phase = "told";
    else if (outcome === "refused") this.onRefused(hold, code, context);
    else {
      keep(hold, decision, this.leaseMs, context.wallMs);
      this.finish(hold, false, context);
      if (waited) return hold.incident;
    }
    return undefined;
  }

  /**
   * Whoever took it back, a person, another owner or the end of the lease, had a reason: it is not done again for this process,
   * and after a person's word for nothing of the incident.
   */
  onReverted({ action, cause }: Reverted): void {
    const isPersons = cause === "undo" || cause === "restore";
    for (const hold of this.holds.values()) {
      if (isPersons && (hold.action === action || hold.before.includes(action))) this.forgo(hold.incident);
      else if (hold.action === action) hold.phase = "over";
    }
  }

  private forgo(incident: string): void {
    this.forgone.add(incident);
    dropOldest(this.forgone, CONTAINMENT.forgone);
    for (const hold of this.holds.values()) if (hold.incident === incident) hold.phase = "over";
  }

  private begin(incident: string, sighting: Sighting, context: AgentContext): void {
    const hold = newHold(incident, sighting, rungsFor(sighting, this.modeOf));
    this.holds.delete(sighting.entity);
    this.holds.set(sighting.entity, hold);
    this.bound();
    this.ask(hold, context);
  }

  /** More evidence: the rung that it calls for, or the next one up where it goes on in spite of what is held. */
  private climb(hold: Hold, sighting: Sighting, context: AgentContext): void {
    const isStronger = isStrong(sighting) && !isStrong(hold.sighting);
    if (!isStronger && !hasGrown(hold.sighting, sighting)) return;
    hold.sighting = sighting;
    const harsher = upwardFrom(hold.rung);
    const called = isStronger ? rungsFor(sighting, this.modeOf).filter((rung) => harsher.includes(rung)) : [];
    const next = hold.phase === "held" ? harsher.filter((rung) => this.modeOf(RUNG_ACTION[rung]) === "enforce") : [];
    const [rung, ...rest] = new Set([...called, ...next]);
    if (rung === undefined) return this.finish(hold, false, context);
    turnTo(hold, [rung, ...rest]);
    this.ask(hold, context);
  }

  /** Not in force for this target: the next rung of the plan, else `otherwise`. */
  private fall(hold: Hold, otherwise: "told" | "over", context: AgentContext): void {
    const [rung, ...rest] = hold.rest;
    if (rung === undefined) {
      hold.phase = otherwise;
      return;
    }
    turnTo(hold, [rung, ...rest]);
    this.ask(hold, context);
  }

  private onRefused(hold: Hold, code: string, context: AgentContext): void {
    hold.refusals++;
    hold.askedMs = context.nowMs;
    if (PASSING.has(code) && hold.refusals <= HOLD.retries) hold.phase = "waiting";
    else if (OF_TARGET.has(code)) hold.phase = "over";
    else this.fall(hold, "over", context);
  }

  private ask(hold: Hold, context: AgentContext): void {
    const leftMs = hold.phase === "held" ? hold.firstMs + CONTAINMENT.longestMs - context.nowMs : CONTAINMENT.longestMs;
    const lapsed = hold.phase === "held" && context.nowMs - hold.leasedMs >= hold.grantedMs;
    if (lapsed || leftMs < CONTAINMENT.leastLeaseMs) {
      hold.phase = "over";
      return;
    }
    hold.askedMs = context.nowMs;
    this.asking = hold;
    const proposal = this.propose(hold, RUNG_ACTION[hold.rung], Math.min(this.leaseMs, leftMs), context);
    // Where the answer came before that, another rung may have been asked for since.
    if (this.asking === hold) hold.proposal = proposal;
    this.asking = undefined;
  }

  /** Ends a process that is frozen: where the configuration names that, once, on a person's word or on evidence beyond doubt. */
  private finish(hold: Hold, isConfirmed: boolean, context: AgentContext): void {
    const isFrozen = hold.phase === "held" && hold.rung === "freeze";
    if (hold.ending !== "" || !isFrozen || !(isConfirmed || mayEnd(hold.sighting))) return;
    if (this.modeOf(ENDING) === "observe") return;
    hold.ending = "asked";
    hold.ending = this.propose(hold, ENDING, CONTAINMENT.leastLeaseMs, context);
  }

  private propose({ sighting, incident }: Hold, kind: ActionKind, leaseMs: number, context: AgentContext): string {
    return context.propose({
      agent: this.agent,
      kind,
      target: sighting.entity,
      value: kind === RUNG_ACTION.throttle ? this.throttle : 1,
      leaseMs,
      reason: tellShortly(sighting, context),
      evidence: sighting.foremost,
      incident,
    });
  }

  private bound(): void {
    if (this.holds.size <= CONTAINMENT.holds) return;
    const done = [...this.holds].find(([, hold]) => hold.phase === "over" || hold.phase === "told");
    const first = done?.[0] ?? [...this.holds.keys()][0];
    if (first !== undefined) this.holds.delete(first);
  }
}

const ENDING = "kill.process";
