import type { Decision, Evidence, Reverted } from "../core/action.ts";
import type { Agent, AgentContext } from "../core/agent.ts";
import { HOST } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch } from "../core/reading.ts";
import { LADDER, type Rung } from "./ladder.ts";
import type { LeasedSetting } from "./leased-setting.ts";
import { learnedFrom } from "./learned.ts";
import { type Learned, Responder } from "./responder.ts";
import { isBatch, isLatency, type ReadWorkload, readWorkloads, usesCpu } from "./workload-readings.ts";

/*
 * The reflex. Every batch workload is one individual that feels the demand for CPU time on the host and gives way by
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
  /** Workloads remembered after they are gone. */
  memory: 512,
} as const;

export class ReflexAgent implements Agent {
  readonly name = "reflex";
  readonly colony = "balance" as const;
  readonly says = "lets batch workloads give way by response threshold while a latency workload demands CPU time";
  readonly wants = [];
  private readonly options: { readonly leaseMs: number; readonly random: Random };
  private readonly responders = new Map<string, Responder>();
  /** What those that are not there now had learned, and those of an earlier run. */
  private readonly absent = new Map<string, Learned>();
  private readonly asked = new Map<string, LeasedSetting>();
  /** Where guard and hive are one process the answer comes before `propose` returns. */
  private asking: LeasedSetting | undefined;

  constructor(options: { readonly leaseMs: number; readonly random: Random }) {
    this.options = options;
  }

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    const { nowMs } = context;
    const isNeeded = batch.workloads.some(isLatency);
    const demand = context.field.concentration(HOST, "demand.cpu");
    const present = readWorkloads(batch, isBatch);
    this.part(new Set(present.map(({ info }) => info.name)));
    for (const workload of present) {
      const responder = this.meet(workload.info.name);
      // Who uses nothing has nothing to give, so demand is no concern of its.
      const felt = usesCpu(workload.readings) ? demand : 0;
      if (isNeeded) responder.sense({ nowMs, demand: felt }, this.options.random);
      else responder.rest(nowMs);
      this.hold(workload, responder, context);
    }
  }

  onDecision(decision: Decision, context: AgentContext): void {
    const setting = this.asked.get(decision.proposal) ?? this.asking;
    this.asked.delete(decision.proposal);
    setting?.decided(decision, context.nowMs, context.wallMs);
  }

  onReverted(reverted: Reverted, context: AgentContext): void {
    for (const { settings } of this.responders.values())
      for (const setting of settings)
        if (setting.action === reverted.action) setting.reverted(reverted.cause, context.nowMs);
  }

  remember(): Record<string, Learned> {
    const present = [...this.responders].map(([name, { learned }]) => [name, learned] as const);
    return Object.fromEntries([...this.absent, ...present]);
  }

  recall(memory: unknown): void {
    for (const [name, learned] of learnedFrom(memory, RELIEF.memory)) this.keep(name, learned);
  }

  private meet(name: string): Responder {
    const known = this.responders.get(name);
    if (known !== undefined) return known;
    const responder = new Responder(this.options.leaseMs, this.absent.get(name));
    this.absent.delete(name);
    this.responders.set(name, responder);
    return responder;
  }

  private part(present: ReadonlySet<string>): void {
    for (const [name, { learned }] of this.responders) {
      if (present.has(name)) continue;
      this.responders.delete(name);
      this.keep(name, learned);
    }
  }

  private keep(name: string, learned: Learned): void {
    this.absent.delete(name);
    this.absent.set(name, learned);
    const oldest = this.absent.keys().next();
    if (this.absent.size > RELIEF.memory && !oldest.done) this.absent.delete(oldest.value);
  }

  private hold(workload: ReadWorkload, { rung, settings }: Responder, context: AgentContext): void {
    for (const [index, step] of LADDER.slice(0, rung).entries()) {
      const setting = settings[index];
      if (setting === undefined || !setting.isDue(context.nowMs)) continue;
      const reading = workload.readings.get(step.kind);
      // After an answer that was lost, it may be our own.
      const isOurs = setting.isHeld(context.nowMs) || setting.isWaiting;
      const isOthers = !isOurs && reading !== undefined && step.isReached(reading);
      if (!isOthers) this.ask(workload, step, setting, context);
    }
  }

  private ask(workload: ReadWorkload, step: Rung, setting: LeasedSetting, context: AgentContext): void {
    for (const [id, other] of this.asked) if (other === setting) this.asked.delete(id);
    const evidence = context.evidence(HOST).filter(({ agent }) => agent === "demand");
    setting.asked(context.nowMs);
    this.asking = setting;
    const id = context.propose({
      agent: this.name,
      kind: step.kind,
      target: workload.entity,
      value: step.value,
      leaseMs: this.options.leaseMs,
      reason: reasonOf(workload, step, evidence.at(-1)),
      evidence: evidence.slice(-RELIEF.evidence),
    });
    this.asking = undefined;
    if (setting.isWaiting) this.asked.set(id, setting);
  }
}

function reasonOf({ info }: ReadWorkload, step: Rung, latest: Evidence | undefined): string {
  const label = printable(info.label === "" ? info.name : info.label, 80);
  return `${label} ${step.says}${latest === undefined ? "" : `: ${latest.says}`}`;
}
