import type { ActionKind, Decision, Reverted } from "../core/action.ts";
import type { Agent, AgentContext } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch, WorkloadInfo } from "../core/reading.ts";
import { createOptimiser, defaultOptimiser } from "../swarm/optimisers/index.ts";
import { pointOf, type SearchKnob, type Setting, spaceOf, valuesOf } from "./knob-space.ts";
import { SearchCourse, type Step, type Trying } from "./search-course.ts";
import { FreeKnobs, isWish } from "./search-free-knobs.ts";
import { type Gate, SearchGate } from "./search-gate.ts";
import { type Because, type Denied, SearchHolds } from "./search-holds.ts";
import { UsualMisses } from "./search-misses.ts";
import { type Moment, momentOf } from "./search-objective.ts";
import { SearchPace } from "./search-pace.ts";
import { SearchPhase } from "./search-phase.ts";
import { SearchPlan } from "./search-plan.ts";
import { shorterBecause, type Teller, tryingSays, wonBecause } from "./search-says.ts";
import { SearchTrails } from "./search-trails.ts";
import type { TrailPort } from "./trail-book.ts";
import { isBatch, isLatency, type ReadWorkload, readWorkloads } from "./workload-readings.ts";

/*
 * The search. The reflex keeps targets by a short ladder of settings that are known to help; what else could be won, nobody
 * knows before it is tried on this host with this load. So, while nobody waits, candidates are tried: vectors of knob settings
 * that a swarm optimiser proposes, some drawn at random, what won here before (trails), and doing nothing. Each is compared
 * with the settings in force in interleaved blocks A B B A by a test that may be looked at after every block
 * (search-trial.ts), the winner once more, and only what won twice is kept. A candidate that breaks a target oftener than what is in
 * force does (search-misses.ts) is let go, where that does not at all within two readings: its leases are two seconds long.
 *
 * Demand is the reflex's business and comes first: while it is felt the comparison waits, and knobs that both may turn are given up.
 * Only where demand has lasted, so that the reflex has shown that its ladder does not reach, are knobs tried that
 * are not on it, to bring the services nearer to their targets.
 *
 * A kept winner is renewed like any lease, and from time to time has to show against doing nothing that it is still worth it.
 * Where nothing is to be won the search rests for longer and longer. When the ground moves (change points in load and in batch
 * work, other workloads) comparisons at hand are dropped, and a new search begins with what the trails remember.
 */
export const SEARCH = {
  /** Of settings on trial: what is not renewed is gone this soon. At least four turns, no rarer than this while something is in force: one lost answer ends nothing. */
  trialLeaseMs: 2000,
  leastTurns: 4,
  heldTurnMs: 1000,
  /** A page that is read every second tells of the second before: so long after a change it tells of nothing older. */
  ownMetricMs: 2000,
  /** Without a service or batch work until everything is let go. */
  absentMs: 5000,
  leastTurnMs: 50,
  mostTurnMs: 5000,
  /** Candidates of one search that the optimiser is chosen and sized for: what an hour's budget lets be compared. */
  evaluations: 20,
} as const;

export interface SearchOptions {
  readonly leaseMs: number;
  readonly random: Random;
  readonly cpus: number;
  readonly trails: TrailPort;
  /** Whether the configuration lets this kind be done rather than proposed. Default: it does. */
  readonly enforces?: (kind: ActionKind) => boolean;
  /** Beside those that are built in. */
  readonly knobs?: readonly SearchKnob[];
}

const NOTHING: Because = { reason: "", evidence: [] };

export class SearchAgent implements Agent {
  readonly name = "search";
  readonly colony = "balance" as const;
  readonly says =
    "tries other settings while nobody waits, compares each with those in force in interleaved blocks, keeps what wins twice";
  readonly wants = [];
  private readonly options: SearchOptions;
  private readonly trails: SearchTrails;
  private readonly holds = new SearchHolds("search");
  private readonly gate = new SearchGate();
  private readonly phase = new SearchPhase();
  private readonly pace = new SearchPace();
  private readonly knobs: FreeKnobs;
  private readonly labels = new Map<EntityKey, string>();
  private readonly usual = new UsualMisses();
  private course: SearchCourse | undefined;
  /** The reflex has come between. */
  private interrupted = false;
  private kept: readonly Setting[] = [];
  private because: Because = NOTHING;
  /** The winner has just been found: what was on trial runs out first, so that its record begins with the reasons. */
  private isFresh = false;
  /** Something was won in this course. */
  private hasWon = false;
  private absentMs = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private saved: unknown;

  constructor(options: SearchOptions) {
    this.options = options;
    this.trails = new SearchTrails(options.cpus, options.trails);
    this.knobs = new FreeKnobs(options);
  }

  /** What is kept, for views and tests. */
  get keeps(): readonly Setting[] {
    return this.kept;
  }

  /** A search is under way, perhaps between two comparisons. */
  get searches(): boolean {
    return this.course !== undefined;
  }

  get tries(): Trying | undefined {
    return this.course?.trying;
  }

  /** What is known of the search under way. */
  get underWay(): Pick<SearchCourse, "compared" | "dimensions" | "plan"> | undefined {
    return this.course;
  }

  onReadings(batch: ReadingBatch, context: AgentContext): void {
    const { nowMs } = context;
    const turnMs = Math.min(SEARCH.mostTurnMs, Math.max(SEARCH.leastTurnMs, nowMs - this.lastMs));
    this.lastMs = nowMs;
    if (this.saved !== undefined) this.pace.load(this.saved, nowMs);
    this.saved = undefined;
    const workloads = readWorkloads(batch, takesPart);
    this.labels.clear();
    for (const { entity, info } of workloads) this.labels.set(entity, info.label === "" ? info.name : info.label);
    for (const denied of this.holds.takeDenied()) this.bar(denied, context);
    const gate = this.gate.sense(context.field, nowMs, this.tries !== undefined);
    const moment = momentOf(workloads, turnMs);
    this.pace.passed(turnMs, this.tries !== undefined && gate !== "felt");
    this.absentMs = moment === undefined ? this.absentMs + turnMs : 0;
    if (moment === undefined) this.miss();
    else this.turn({ moment, gate, workloads, turnMs }, context);
    this.apply(gate, turnMs, context);
  }

  onDecision(decision: Decision, context: AgentContext): void {
    this.holds.onDecision(decision, context);
  }

  onReverted(reverted: Reverted, context: AgentContext): void {
    this.holds.onReverted(reverted, context);
  }

  /** Beside a winner there is no rest to remember: after a restart its trail is followed at once. */
  remember(): unknown {
    return this.kept.length > 0 ? {} : this.pace.save(this.lastMs);
  }

  recall(memory: unknown): void {
    this.saved = memory;
  }

  private turn(now: Now, context: AgentContext): void {
    const { moment, gate, turnMs } = now;
    const isOurs = this.arm === "incumbent" && this.holds.isSettled(this.wanted(gate), context.nowMs);
    if (isOurs) this.usual.take(moment.over, turnMs);
    if (this.phase.sense(moment, { steady: isOurs && gate === "calm", turnMs }) !== undefined) this.beginAnew();
    if (gate === "felt") return this.giveWay(now, context);
    const isOn = this.tries !== undefined && !this.interrupted;
    this.interrupted = false;
    const isOpen = isOn || this.course === undefined || this.knobs.isOpen(this.course.dimensions, gate, context);
    if (!isOpen) this.course = undefined;
    if (this.course === undefined && this.pace.isDue(context.nowMs)) this.begin(now, context);
    const { course } = this;
    if (course === undefined) return;
    const settleMs = moment.ownMetric ? SEARCH.ownMetricMs : 0;
    const settled = !this.isFresh && this.holds.isSettled(course.wanted, context.nowMs, settleMs);
    // What was tried last has to be gone before the next is judged.
    if (course.trying === undefined && !(settled && this.pace.hasBudget)) return;
    const step = course.take(moment, { settled, turnMs, stuckOver: gate === "stuck" ? this.usual.over : undefined });
    if (step !== undefined) this.decide(step, course, now, context);
  }

  /** The reflex's turn. What is on trial waits; whether it was its doing is told by how often what is in force is interrupted. */
  private giveWay(now: Now, context: AgentContext): void {
    if (this.interrupted || this.course === undefined) return;
    this.interrupted = true;
    const step = this.course.interrupt(now.moment, { settled: false, turnMs: now.turnMs });
    if (step !== undefined) this.decide(step, this.course, now, context);
  }

  private begin(now: Now, context: AgentContext): void {
    const { nowMs, wallMs } = context;
    const { workloads, gate, moment } = now;
    const stuck = gate === "stuck";
    const held = this.holds.inForce(nowMs);
    const dimensions = this.knobs.dimensions(workloads, { stuck, ownMetric: moment.ownMetric, held }, context);
    if (dimensions.length === 0) return this.pace.lookAgain(nowMs);
    const { random } = this.options;
    const space = spaceOf(dimensions);
    const { evaluations } = SEARCH;
    const name = defaultOptimiser(space, evaluations);
    const optimiser = createOptimiser(name, { space, seed: Math.floor(random() * 2 ** 32), noisy: true, evaluations });
    this.kept = this.kept.filter(({ key }) => dimensions.some((dimension) => dimension.key === key));
    const doubt = this.kept.length > 0;
    const remembered = this.trails.follow({ ...now, load: now.moment.load, wallMs }, dimensions);
    const plan = new SearchPlan(optimiser, random, { remembered, doubt });
    plan.startAt(pointOf(dimensions, valuesOf(this.kept)));
    this.course = new SearchCourse(dimensions, plan, { random, incumbent: this.kept, usual: this.usual });
    this.hasWon = false;
  }

  private decide(step: Step, course: SearchCourse, now: Now, context: AgentContext): void {
    const { nowMs, wallMs } = context;
    if (step.what === "over") return this.end(nowMs);
    if (step.what === "lost") {
      if (step.compared.origin === "remembered") this.trails.failed(wallMs);
      return;
    }
    this.phase.resettle();
    this.kept = course.kept;
    const place = { workloads: now.workloads, load: now.moment.load, wallMs };
    this.isFresh = true;
    if (step.what === "won") {
      this.hasWon = true;
      this.because = wonBecause(step, course.lost, this.teller(wallMs));
      this.trails.won(place, this.kept, step, context.newId("t"));
    } else if (this.kept.length > 0) {
      this.because = shorterBecause(this.because, step.compared, this.teller(wallMs));
      this.trails.shortened(this.kept);
    } else {
      this.because = NOTHING;
      this.trails.failed(wallMs);
    }
  }

  private teller(atMs: number): Teller {
    return { agent: this.name, atMs, label: this.label };
  }

  private end(nowMs: number): void {
    this.course = undefined;
    if (this.kept.length === 0) this.pace.foundNothing(nowMs);
    else this.pace.holds(nowMs, this.hasWon);
  }

  private apply(gate: Gate, turnMs: number, context: AgentContext): void {
    if (this.isFresh && this.holds.isInForce([], context.nowMs)) this.isFresh = false;
    const mostMs = this.options.leaseMs;
    const trialMs = Math.max(SEARCH.trialLeaseMs, SEARCH.leastTurns * Math.min(turnMs, SEARCH.heldTurnMs));
    const leaseMs = this.tries === undefined ? mostMs : Math.min(mostMs, trialMs);
    this.holds.want(this.isFresh ? [] : this.wanted(gate), { leaseMs, mostMs }, this.reason(), context);
  }

  private wanted(gate: Gate): readonly Setting[] {
    const { course, kept } = this;
    if (gate === "felt") return kept.filter(({ knob }) => !knob.shared);
    return course?.trying === undefined ? kept : course.wanted;
  }

  private get arm(): "incumbent" | "candidate" {
    return this.course?.arm ?? "incumbent";
  }

  private reason(): Because {
    const { tries, label } = this;
    if (tries === undefined || this.arm === "incumbent") return this.because;
    return { reason: tryingSays(tries, this.kept, label), evidence: [] };
  }

  private readonly label = (entity: EntityKey): string => printable(this.labels.get(entity) ?? entity, 80);

  /** A space without this knob is another space. What a person takes back, or a policy, is no trail to be followed. */
  private bar(denied: Denied, { nowMs, wallMs }: AgentContext): void {
    const { key, code } = denied;
    this.knobs.bar(denied, nowMs);
    this.course = undefined;
    if (!this.kept.some((setting) => setting.key === key)) return;
    this.kept = this.kept.filter((setting) => setting.key !== key);
    if (isWish(code)) this.trails.failed(wallMs);
  }

  private beginAnew(): void {
    this.course = undefined;
    this.usual.restart();
    this.pace.anew();
  }

  /** Nobody to be protected, or nothing to be won; for a moment that may be a reading that was left out. */
  private miss(): void {
    if (this.absentMs < SEARCH.absentMs) return;
    this.course = undefined;
    this.kept = [];
    this.because = NOTHING;
    this.phase.restart("");
  }
}

interface Now {
  readonly moment: Moment;
  readonly gate: Gate;
  readonly workloads: readonly ReadWorkload[];
  readonly turnMs: number;
}

function takesPart(info: WorkloadInfo): boolean {
  return (isLatency(info) || isBatch(info)) && info.inScope !== false;
}
