import type { Decision, Evidence, Reverted } from "../core/action.ts";
import type { Agent, AgentContext } from "../core/agent.ts";
import { type EntityKey, HOST } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch, WorkloadInfo } from "../core/reading.ts";
import { type Ladder, LADDERS, RAISE, RESOURCES, type Resource, type Rung } from "./ladder.ts";
import type { LeasedSetting } from "./leased-setting.ts";
import { learnedFrom } from "./learned.ts";
import { type Learned, Responder, type Stimulus, type Wanted } from "./responder.ts";
import { Starvation } from "./starvation.ts";
import { isBatch, isLatency, isRaised, type ReadWorkload, readWorkloads } from "./workload-readings.ts";

/*
 * The reflex. Every batch workload is one individual for each resource: it feels the demand for that on the host and gives way by
 * response threshold (swarm/response-threshold.ts): with probability T(demand, θ) at each reading it climbs one rung of
 * the ladder, two when demand is urgent. Nobody tells it to, and it knows nothing of the others.
 *
 * The probability is drawn, not compared with a half, for two reasons. Equal individuals would all jump at the same
 * reading, although often one is enough: chance lets some go first, demand falls, and the rest need not, which is how
 * insects without a foreman do not all leave the nest for one crumb. And a demand that stays small still gets its answer,
 * later, instead of never. The draw comes from the injected generator, so that a run can be repeated.
 *
 * Giving way lowers θ, being left alone raises it: those that help become specialists that answer first next time.
 *
 * The way back is to do nothing. Each setting is held by a lease that is renewed as long as its rung is wanted; a rung that
 * is not wanted runs out, and the guard puts back exactly what was there before. It is left when demand has
 * evaporated for a while. While it runs out, new demand just renews it. When it has run out, demand that returns at once shows
 * that the step was wrong: it is taken back without a draw, and the wait before the next attempt doubles
 * (swarm/hysteresis.ts). So a service under lasting load is disturbed for a reading or two at 10, 20, 40 s and so on,
 * and then once in ten minutes; where the load has gone, one rung after the other is handed back.
 */
export const RELIEF = {
  /** Pieces of evidence that go with a proposal. */
  evidence: 4,
  /** Individuals remembered after they are gone. */
  memory: 512,
  /** Evidence of this turn; later it is what is left of an earlier one. */
  freshMs: 300,
  /** A workload that starved is left with its weight for so long. */
  starvedMs: 120_000,
} as const;

/** Who takes part, on which ladders, and whose demand they feel. */
export interface Cast {
  readonly name: string;
  readonly says: string;
  readonly who: (info: WorkloadInfo) => boolean;
  readonly ladders: readonly Ladder[];
  /** "host": of whoever waits. "own": of nobody but itself. */
  readonly feels: "host" | "own";
}

const GIVING_WAY: Cast = {
  name: "reflex",
  says: "lets batch workloads give way by response threshold while a latency workload demands CPU time, memory or storage",
  who: isBatch,
  ladders: RESOURCES.map((resource) => LADDERS[resource]),
  feels: "host",
};

/** The same reflex in those who wait: they take more, which no batch work gives up. */
export const RAISING: Cast = {
  name: "raise",
  says: "gives a latency workload that waits for a CPU ten ordinary shares of it",
  who: isRaised,
  ladders: [RAISE],
  feels: "own",
};

export interface ReflexOptions {
  /** Batch workloads that give way, unless told. */
  readonly cast?: Cast;
  readonly leaseMs: number;
  readonly random: Random;
  /** Of the host; one where left out. */
  readonly cpus?: number;
}

export class ReflexAgent implements Agent {
  readonly name: string;
  readonly colony = "balance" as const;
  readonly says: string;
  readonly wants = [];
  private readonly cast: Cast;
  private readonly options: ReflexOptions;
  /** By resource and workload. */
  private readonly responders = new Map<string, Responder>();
  /** What those that are not there now had learned, and those of an earlier run. */
  private readonly absent = new Map<string, Learned>();
  private readonly asked = new Map<string, LeasedSetting>();
  private readonly starved = new Starvation();
  /** Where guard and hive are one process the answer comes before `propose` returns. */
  private asking: LeasedSetting | undefined;

  constructor(options: ReflexOptions) {
    this.options = options;
    this.cast = options.cast ?? GIVING_WAY;
    this.name = this.cast.name;
    this.says = this.cast.says;
  }

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    const isNeeded = batch.workloads.some(isLatency);
    const present = readWorkloads(batch, this.cast.who);
    const { ladders } = this.cast;
    this.part(new Set(present.flatMap(({ info }) => ladders.map(({ resource }) => keyOf(resource, info.name)))));
    const starving = this.starved.among(batch, context.nowMs);
    for (const workload of present)
      for (const ladder of ladders) {
        const responder = this.meet(ladder, workload.info.name);
        if (ladder.resource === "cpu" && starving.has(workload.info.name))
          responder.stayBelow(IDLE_RUNG, starvedUntil(context));
        if (isNeeded) responder.sense(this.stimulus(ladder, workload, context), this.options.random);
        else responder.rest(context.nowMs);
        this.hold(workload, ladder, responder, context);
      }
  }

  onDecision(decision: Decision, context: AgentContext): void {
    const setting = this.asked.get(decision.proposal) ?? this.asking;
    this.asked.delete(decision.proposal);
    setting?.decided(decision, context.nowMs, context.wallMs);
  }

  onReverted(reverted: Reverted, context: AgentContext): void {
    for (const responder of this.responders.values())
      for (const setting of responder.all)
        if (setting.action === reverted.action) setting.reverted(reverted.cause, context.nowMs);
  }

  remember(): Record<string, Learned> {
    const present = [...this.responders].map(([key, { learned }]) => [key, learned] as const);
    return Object.fromEntries([...this.absent, ...present]);
  }

  recall(memory: unknown): void {
    for (const [key, learned] of learnedFrom(memory, RELIEF.memory)) this.keep(key, learned);
  }

  /** Whose demand it feels. */
  private feltBy({ entity }: ReadWorkload): EntityKey {
    return this.cast.feels === "own" ? entity : HOST;
  }

  private stimulus({ demand, kinds, uses }: Ladder, workload: ReadWorkload, context: AgentContext): Stimulus {
    const { nowMs, wallMs, field } = context;
    const { readings } = workload;
    const felt = this.feltBy(workload);
    const latest = evidenceFor(kinds, felt, context).at(-1);
    return {
      nowMs,
      // Who uses nothing has nothing to give, so demand is no concern of its.
      demand: uses(readings) ? field.concentration(felt, demand) : 0,
      isFresh: latest !== undefined && wallMs - latest.atMs < RELIEF.freshMs,
      readings,
      cpus: this.options.cpus ?? 1,
    };
  }

  private meet({ resource, rungs }: Ladder, name: string): Responder {
    const key = keyOf(resource, name);
    const known = this.responders.get(key);
    if (known !== undefined) return known;
    const responder = new Responder(rungs, this.options.leaseMs, this.absent.get(key));
    this.absent.delete(key);
    this.responders.set(key, responder);
    return responder;
  }

  private part(present: ReadonlySet<string>): void {
    for (const [key, { learned }] of this.responders) {
      if (present.has(key)) continue;
      this.responders.delete(key);
      this.keep(key, learned);
    }
  }

  private keep(key: string, learned: Learned): void {
    this.absent.delete(key);
    this.absent.set(key, learned);
    const oldest = this.absent.keys().next();
    if (this.absent.size > RELIEF.memory && !oldest.done) this.absent.delete(oldest.value);
  }

  private hold(workload: ReadWorkload, ladder: Ladder, responder: Responder, context: AgentContext): void {
    for (const wanted of responder.wants()) {
      const { step, value, setting } = wanted;
      if (!setting.isDue(context.nowMs, value)) continue;
      // After an answer that was lost, it may be our own.
      const isOurs = setting.isHeld(context.nowMs) || setting.isWaiting;
      const isOthers = !isOurs && step.isReached?.(workload.readings) === true;
      if (!isOthers) this.ask(workload, ladder, wanted, context);
    }
  }

  private ask(workload: ReadWorkload, ladder: Ladder, { step, value, setting }: Wanted, context: AgentContext): void {
    for (const [id, other] of this.asked) if (other === setting) this.asked.delete(id);
    const evidence = evidenceFor(ladder.kinds, this.feltBy(workload), context);
    const reason = reasonOf(workload, step, evidence.at(-1));
    setting.asked(context.nowMs, value);
    this.asking = setting;
    const id = context.propose({
      agent: this.name,
      kind: step.kind,
      target: workload.entity,
      value,
      leaseMs: this.options.leaseMs,
      reason,
      evidence: evidence.slice(-RELIEF.evidence),
    });
    this.asking = undefined;
    if (setting.isWaiting) this.asked.set(id, setting);
    this.mark(workload, reason, context);
  }

  /** Others see that the reflex has this workload in hand. */
  private mark({ entity }: ReadWorkload, says: string, { deposit, wallMs }: AgentContext): void {
    deposit("response", { atMs: wallMs, agent: this.name, kind: this.name, entity, weight: 1, says, numbers: {} });
  }
}

const IDLE_RUNG = LADDERS.cpu.rungs.findIndex(({ kind }) => kind === "cpu.idle");

function starvedUntil({ nowMs }: AgentContext): number {
  return nowMs + RELIEF.starvedMs;
}

/** The CPU's is known by the workload's name alone, as it always was. */
function keyOf(resource: Resource, name: string): string {
  return resource === "cpu" ? name : `${resource} ${name}`;
}

function evidenceFor(kinds: readonly string[], felt: EntityKey, context: AgentContext): readonly Evidence[] {
  return context.evidence(felt).filter(({ agent, kind }) => agent === "demand" && kinds.includes(kind));
}

function reasonOf({ info }: ReadWorkload, step: Rung, latest: Evidence | undefined): string {
  const label = printable(info.label === "" ? info.name : info.label, 80);
  return `${label} ${step.says}${latest === undefined ? "" : `: ${latest.says}`}`;
}
