import type { Decision, LeaseInfo, Proposal, Reverted } from "../core/action.ts";
import { PHEROMONES, type Agent } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { processKey } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { EventKind, SeenProcess, SensedEvent } from "../core/event.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { Incident } from "../core/incident.ts";
import type { Memory } from "../core/memory.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch } from "../core/reading.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import {
  PROFILE_LIMITS,
  type ProfileInfo,
  type ProfileList,
  type ProfileOrder,
  type ProfileReport,
} from "../core/sequence-profile.ts";
import type { Explanation, StatusDocument } from "../core/status.ts";
import type { Trail } from "../core/trail.ts";
import type { Answer, Hello } from "../core/wire/messages.ts";
import type { LayerPort } from "../api/port.ts";
import { trailsOf } from "../balance/trail-book.ts";
import { AntibodyAgent } from "../immune/antibodies.ts";
import { SequencesAgent } from "../immune/sequences.ts";
import { QuorumAgent } from "../immune/quorum.ts";
import { ProcessTable } from "../senses/process-table.ts";
import type { Store } from "../store/store.ts";
import { Field } from "../swarm/field.ts";
import { Brain } from "./brain.ts";
import { ChangeLog } from "./change-log.ts";
import { createColonies } from "./colonies.ts";
import { EventTally } from "./event-tally.ts";
import { AlarmNews } from "./guard-incident.ts";
import { confirmIncident, judgeIncident } from "./judgement.ts";
import { OpenProposals } from "./open-proposals.ts";
import { OwnProcesses } from "./own-processes.ts";
import { explainIncident } from "./explain-incident.ts";
import { explainChange } from "./explain.ts";
import { RuleDesk } from "./rule-desk.ts";
import { StatusBoard } from "./status-board.ts";

/** What the layer asks of whoever holds the guard: the warden over the wire, or a local observer without root. */
export interface GuardPort {
  propose(proposal: Proposal): void;
  undo(action: string, by: string): Promise<Answer>;
  restore(by: string): Promise<Answer>;
  watch(viewers: number): void;
  /** What is to be done with executables' orders of system calls, at most PROFILE_LIMITS.aMessage at once; absent where none are sensed. */
  profiles?(orders: readonly ProfileOrder[]): void;
}

export interface LayerOptions {
  readonly hello: Hello;
  readonly arrangement: StatusDocument["arrangement"];
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly guard: GuardPort;
}

/** Of an earlier run, that may still be open. */
const MAX_RESUMED = 256;

/** The thinking half of the layer: field, colonies, memory and what people see of them. Reaches nothing but its ports. */
export class Layer implements LayerPort {
  private readonly options: LayerOptions;
  private readonly agents: readonly Agent[];
  private readonly processes: ProcessTable;
  private readonly own: OwnProcesses;
  private readonly tally = new EventTally();
  private readonly brain: Brain;
  private readonly board: StatusBoard;
  private readonly changes: ChangeLog;
  private readonly ruleDesk: RuleDesk | undefined;
  private readonly proposals = new OpenProposals();
  private readonly alarms = new AlarmNews();
  private readonly watchers = new Set<() => void>();
  private readonly wantsWatchers = new Set<(wants: readonly EventKind[]) => void>();
  private readonly sequences: SequencesAgent | undefined;
  private config: Config;
  /** Wall-clock time of the batch at hand. */
  private batchMs = 0;

  constructor(options: LayerOptions) {
    this.options = options;
    this.config = options.hello.config;
    const { hello, clock, random, store } = options;
    this.agents = createColonies(() => this.config, random, store, {
      paths: hello.own ?? [],
      runs: (pid) => this.own.runs(pid),
    });
    const antibodies = this.agents.find((each) => each instanceof AntibodyAgent);
    this.ruleDesk = antibodies && new RuleDesk(antibodies, hello.events);
    this.changes = new ChangeLog(store, (action) => this.board.lease(action));
    // Seeded by chance, so that no outsider can choose which traces share a bucket.
    const field = new Field({ pheromones: PHEROMONES, seed: Math.floor(random() * 2 ** 32) });
    this.processes = new ProcessTable();
    this.own = new OwnProcesses(hello.wardenPid, this.processes);
    this.brain = new Brain(this.agents, {
      clock,
      random,
      field,
      processes: this.processes,
      propose: (proposal) => this.propose(proposal),
      report: (incident) => this.report(incident),
    });
    this.board = new StatusBoard({
      ...options,
      agents: this.agents,
      field,
      processes: this.processes,
      incidents: () => ({ open: store.openIncidents(), latest: store.incidents(10) }),
    });
    for (const agent of this.agents) {
      const memory = store.loadMemory(agent.name);
      if (memory !== undefined) agent.recall?.(memory);
    }
    this.sequences = this.agents.find((each) => each instanceof SequencesAgent);
    this.sequences?.useOrders((orders) => this.tellProfiles(orders));
    this.brain.resume(store.incidents(MAX_RESUMED).filter(({ status }) => status === "open"));
  }

  takeSeen(seen: readonly SeenProcess[]): void {
    this.processes.seed(seen, this.options.clock.wallMs());
    this.own.takeSeen(seen);
  }

  /**
   * Begins a batch of events, for which the clocks are read once, and gives what takes each: the same function every
   * time, good until something else is handed to the layer. Nothing of an event is kept.
   */
  newBatch(): (event: SensedEvent) => void {
    const { clock } = this.options;
    this.batchMs = clock.wallMs();
    this.brain.wake(clock.monoMs(), this.batchMs);
    return this.takeNext;
  }

  takeEvents(events: Iterable<SensedEvent>): void {
    const take = this.newBatch();
    for (const event of events) take(event);
  }

  takeEvent(event: SensedEvent): void {
    this.newBatch()(event);
  }

  private readonly takeNext = (event: SensedEvent): void => {
    // An exec replaces what the record says, so agents see the process as it is after the event.
    this.processes.apply(event, this.batchMs);
    // The layer at work is no news about the host.
    if (this.own.did(event)) return this.tally.note("");
    this.tally.note(processKey(event.process));
    this.brain.hear(event);
  };

  /** Kinds of event that anybody here wants; the others need not be sensed. Each once, in the order of the table. */
  wants(): readonly EventKind[] {
    return this.brain.wants();
  }

  /** Calls back whenever `wants` gives something else; the function given back ends it. */
  onWantsChanged(listener: (wants: readonly EventKind[]) => void): () => void {
    this.wantsWatchers.add(listener);
    return () => this.wantsWatchers.delete(listener);
  }

  /** Rule files as the warden read them. A wrong one changes nothing but what is said to be missing. */
  async useRules(handed: RuleSources): Promise<void> {
    if (this.ruleDesk === undefined) return;
    this.board.takeRules(await this.ruleDesk.use(handed, this.options.clock.wallMs()));
    this.refreshWants();
    this.changed();
  }

  private refreshWants(): void {
    const before = this.wants();
    if (!this.brain.refreshWants()) return;
    const wants = this.wants();
    if (wants.join() === before.join()) return;
    for (const watcher of this.wantsWatchers) watcher(wants);
  }

  /** What the kernel has of the executables that are learned or checked. */
  takeProfiles(report: ProfileReport): void {
    this.sequences?.takeReport(report, this.options.clock.wallMs());
  }

  private tellProfiles(orders: readonly ProfileOrder[]): void {
    for (let at = 0; at < orders.length; at += PROFILE_LIMITS.aMessage)
      this.options.guard.profiles?.(orders.slice(at, at + PROFILE_LIMITS.aMessage));
  }

  takeReadings(batch: ReadingBatch): void {
    this.board.takeReadings(batch);
    this.brain.onReadings({ ...batch, doers: this.tally.take() });
    this.refreshWants();
    this.changed();
  }

  takeDecision(decision: Decision): void {
    const proposal = this.proposals.take(decision.proposal, decision.outcome);
    if (proposal !== undefined) {
      this.board.takeDecision(proposal, decision);
      if (decision.outcome === "applied")
        this.kept(this.changes.applied(proposal, decision, this.options.clock.wallMs()));
    }
    this.brain.onDecision(decision);
    this.changed();
  }

  takeReverted(reverted: Reverted): void {
    const kept = this.changes.reverted(reverted, this.options.clock.wallMs());
    if (kept !== undefined) this.kept(kept);
    this.brain.onReverted(reverted);
    this.changed();
  }

  takeLeases(leases: readonly LeaseInfo[]): void {
    this.board.takeLeases(leases);
    this.changed();
  }

  /** What the guard raised is an incident like any other, although no agent here may want it told. */
  takeGuard(guard: GuardInfo): void {
    this.board.takeGuard(guard);
    for (const incident of this.alarms.news(guard)) this.report(incident);
    this.changed();
  }

  usePid(pid: number): void {
    this.board.pid = pid;
  }

  useConfig(config: Config): void {
    this.config = config;
    this.board.useConfig(config);
    this.refreshWants();
  }

  /** Called every minute and at the end. */
  saveMemory(): void {
    for (const agent of this.agents) {
      if (agent.remember) this.kept(this.options.store.saveMemory(agent.name, agent.remember()));
    }
  }

  /** What could not be written is said where people look; it goes on being tried. */
  private kept(result: Result<void>): void {
    this.board.takeTrouble(result.ok ? undefined : `${result.code}: ${result.says}`);
  }

  status(): StatusDocument {
    return this.board.document();
  }

  incidents(limit: number): readonly Incident[] {
    return this.options.store.incidents(limit);
  }

  incident(id: string): Incident | undefined {
    return this.options.store.incident(id);
  }

  explain(id: string): Promise<Result<Explanation>> {
    const nowMs = this.options.clock.wallMs();
    const change = this.changes.get(id);
    if (change !== undefined) return Promise.resolve(ok(explainChange(change, nowMs)));
    const incident = this.incident(id);
    if (incident !== undefined) return Promise.resolve(ok(explainIncident(incident, this.changes.of(id))));
    return Promise.resolve(
      failed("SW-NOT-FOUND", `no change or incident is called ${JSON.stringify(id.slice(0, 64))}`),
    );
  }

  /** What was done for a dismissed incident and is still in force is taken back. */
  judge(id: string, status: Incident["status"], by: string): Promise<Answer> {
    const { store, guard } = this.options;
    const held = this.changes.heldFor(id);
    const undo = (action: string): Promise<Answer> => guard.undo(action, by);
    return judgeIncident({ store, held, undo, told: (incident) => this.brain.onJudged(incident) }, id, status);
  }

  confirm(id: string): Promise<Answer> {
    const told = (incident: Incident): void => this.brain.onJudged(incident);
    const answer = confirmIncident({ store: this.options.store, told }, id);
    this.changed();
    return Promise.resolve(answer);
  }

  memories(): readonly Memory[] {
    return this.quorum?.memories(this.options.clock.wallMs()) ?? [];
  }

  forget(id: string): Promise<Answer> {
    const known = this.quorum?.forget(id) === true;
    const says = known ? `${id} is forgotten` : `nothing is remembered of ${JSON.stringify(id.slice(0, 64))}`;
    return Promise.resolve({ request: "", ok: known, code: known ? "" : "SW-NOT-FOUND", says });
  }

  private get quorum(): QuorumAgent | undefined {
    return this.agents.find((agent) => agent instanceof QuorumAgent);
  }

  undo(id: string, by: string): Promise<Answer> {
    return this.options.guard.undo(id, by);
  }

  restore(by: string): Promise<Answer> {
    return this.options.guard.restore(by);
  }

  trails(): readonly Trail[] {
    return trailsOf(this.options.store, this.options.clock.wallMs());
  }

  deleteTrail(id: string): Promise<Answer> {
    const done = this.options.store.deleteTrail(id);
    const says = done.ok ? `${id} is forgotten` : done.says;
    return Promise.resolve({ request: "", ok: done.ok, code: done.ok ? "" : done.code, says });
  }

  profiles(): ProfileList {
    return this.sequences?.list() ?? { profiles: [], turnedAway: 0, untold: 0, unplaced: 0, refused: 0 };
  }

  profile(id: string): (ProfileInfo & { readonly bits: string }) | undefined {
    return this.sequences?.show(id);
  }

  freezeProfile(id: string): Promise<Answer> {
    return answered(id, this.sequences?.freeze(id));
  }

  resetProfile(id: string): Promise<Answer> {
    return answered(id, this.sequences?.reset(id, this.options.clock.wallMs()));
  }

  subscribe(onChange: () => void): () => void {
    this.watchers.add(onChange);
    this.options.guard.watch(this.watchers.size);
    return () => {
      this.watchers.delete(onChange);
      this.options.guard.watch(this.watchers.size);
    };
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  private propose(proposal: Proposal): void {
    if (this.proposals.add(proposal, this.options.clock.monoMs())) this.options.guard.propose(proposal);
  }

  private report(incident: Incident): void {
    this.kept(this.options.store.putIncident(incident));
    this.changed();
  }
}

function answered(id: string, says: string | undefined): Promise<Answer> {
  const ok = says !== undefined;
  const missing = `no executable's profile is called ${JSON.stringify(id.slice(0, 64))}`;
  return Promise.resolve({ request: "", ok, code: ok ? "" : "SW-NOT-FOUND", says: says ?? missing });
}
