import type { Decision, LeaseInfo, Proposal, Reverted } from "../core/action.ts";
import { PHEROMONES, type Agent } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import type { ContainerInfo } from "../core/container-info.ts";
import { processKey } from "../core/entity.ts";
import type { Result } from "../core/errors.ts";
import type { HostAddresses } from "../core/host-name.ts";
import type { EventKind, SeenProcess, SensedEvent } from "../core/event.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { Incident } from "../core/incident.ts";
import type { IncidentNews, OutputStatus } from "../core/output-record.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch } from "../core/reading.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import type { ProfileReport } from "../core/sequence-profile.ts";
import type { StatusDocument } from "../core/status.ts";
import type { Hello } from "../core/wire/messages.ts";
import { searchInfo } from "../balance/search-info.ts";
import { SearchAgent } from "../balance/search.ts";
import { AntibodyAgent } from "../immune/evidence/antibodies.ts";
import { ProcessTable } from "../senses/process-table.ts";
import type { Store } from "../store/store.ts";
import { Field } from "../swarm/field.ts";
import { Brain } from "./brain.ts";
import { ChangeLog } from "./change-log.ts";
import { createColonies } from "./colonies.ts";
import { EventTally } from "./event-tally.ts";
import { AlarmNews } from "./guard-incident.ts";
import type { GuardPort } from "./guard-port.ts";
import { IncidentNewsDesk } from "./incident-news.ts";
import { LiveBoard } from "./live-board.ts";
import { OpenProposals } from "./open-proposals.ts";
import { OwnProcesses } from "./own-processes.ts";
import { PeopleDesk } from "./people-desk.ts";
import { PluginAgent } from "./plugins/plugin-agent.ts";
import { ProfileDesk } from "./profile-desk.ts";
import { RuleDesk } from "./rule-desk.ts";
import { StatusBoard } from "./status-board.ts";
import { WantsNews } from "./wants-news.ts";

export interface LayerOptions {
  readonly hello: Hello;
  readonly arrangement: StatusDocument["arrangement"];
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly guard: GuardPort;
  /** Tells outside; `takeTold` confirms it. */
  tell?(news: IncidentNews): void;
  /** Asks where names lead that rules compare with; `takeAddresses` answers. */
  resolve?(revision: number, names: readonly string[]): void;
}

/** Of an earlier run, that may still be open. */
const MAX_RESUMED = 256;

/** The thinking half of the layer: field, colonies and memory. Reaches nothing but its ports. */
export class Layer {
  /** What people see of it and ask of it. */
  readonly people: PeopleDesk;
  private readonly options: LayerOptions;
  private readonly agents: readonly Agent[];
  private readonly plugins: readonly PluginAgent[];
  private readonly processes: ProcessTable;
  private readonly own: OwnProcesses;
  private readonly tally = new EventTally();
  private readonly brain: Brain;
  private readonly board: StatusBoard;
  private readonly picture: LiveBoard;
  private readonly changes: ChangeLog;
  private readonly ruleDesk: RuleDesk | undefined;
  private readonly proposals = new OpenProposals();
  private readonly alarms = new AlarmNews();
  private readonly wantsNews: WantsNews;
  private readonly profiles: ProfileDesk;
  private readonly news: IncidentNewsDesk | undefined;
  private config: Config;
  /** Wall-clock time of the batch at hand. */
  private batchMs = 0;

  constructor(options: LayerOptions) {
    this.options = options;
    this.config = options.hello.config;
    const { hello, clock, random, store } = options;
    const own = { paths: hello.own ?? [], runs: (pid: number) => this.own.runs(pid) };
    const members = createColonies(() => this.config, random, store, own, hello.knobs);
    // A plugin is none of the layer's own agents, whatever it is called.
    const isFree = ({ name }: { name: string }): boolean => members.every((each) => each.name !== name);
    this.plugins = (hello.plugins ?? []).filter(isFree).map((source) => new PluginAgent(source));
    this.agents = [...members, ...this.plugins];
    const antibodies = this.agents.find((each) => each instanceof AntibodyAgent);
    this.ruleDesk = antibodies && new RuleDesk(antibodies, hello.events, options.resolve?.bind(options));
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
      deposited: (pheromone, evidence) => this.picture.deposited(pheromone, evidence),
    });
    this.wantsNews = new WantsNews(this.brain);
    this.board = new StatusBoard({
      ...options,
      agents: this.agents,
      field,
      processes: this.processes,
      incidents: () => ({ open: store.openIncidents(), latest: store.incidents(10) }),
    });
    const search = this.agents.find((each) => each instanceof SearchAgent);
    this.picture = new LiveBoard({
      clock,
      field,
      processes: this.processes,
      board: this.board,
      search: () => search && searchInfo(search, (entity) => this.board.label(entity)),
    });
    for (const agent of this.agents) {
      const memory = store.loadMemory(agent.name);
      if (memory !== undefined) agent.recall?.(memory);
    }
    // It orders what was learned before: after that was recalled.
    this.profiles = new ProfileDesk(this.agents, options.guard, clock);
    this.people = new PeopleDesk({
      ...options,
      agents: this.agents,
      board: this.board,
      changes: this.changes,
      picture: this.picture,
      profiles: this.profiles,
      onJudged: (incident) => {
        this.news?.report(incident);
        this.brain.onJudged(incident);
      },
    });
    const { processes } = this;
    const tell = options.tell?.bind(options);
    const known = store.incidents(MAX_RESUMED);
    this.news = tell && new IncidentNewsDesk({ clock, store, processes, tell }, known);
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
    return this.wantsNews.listen(listener);
  }

  /** Rule files as the warden read them. A wrong one changes nothing but what is said to be missing. */
  async useRules(handed: RuleSources): Promise<void> {
    if (this.ruleDesk === undefined) return;
    this.board.takeRules(await this.ruleDesk.use(handed, this.options.clock.wallMs()));
    this.wantsNews.refresh();
    this.people.changed();
  }

  /** What the runtimes tell of their containers: all that there are, in the place of those before. */
  takeContainers(containers: readonly ContainerInfo[]): void {
    this.ruleDesk?.takeContainers(containers);
  }

  /** Where the names lead that rules compare with: all of them, in the place of those before. */
  takeAddresses(all: readonly HostAddresses[]): void {
    this.board.takeRules(this.ruleDesk?.takeAddresses(all));
    this.people.changed();
  }

  /** Loads what stands in the plugins' places; gives what is wrong with any. */
  async startPlugins(): Promise<readonly string[]> {
    const wrong = await Promise.all(this.plugins.map((plugin) => plugin.start()));
    this.wantsNews.refresh();
    this.people.changed();
    return wrong.filter((says) => says !== undefined);
  }

  /** What the kernel has of the executables that are learned or checked. */
  takeProfiles(report: ProfileReport): void {
    this.profiles.take(report);
  }

  takeReadings(batch: ReadingBatch): void {
    this.board.takeReadings(batch);
    this.brain.onReadings({ ...batch, doers: this.tally.take() });
    this.news?.turn();
    this.wantsNews.refresh();
    this.people.changed();
  }

  takeDecision(decision: Decision): void {
    const proposal = this.proposals.take(decision.proposal, decision.outcome);
    if (proposal !== undefined) {
      this.board.takeDecision(proposal, decision);
      if (decision.outcome === "applied")
        this.kept(this.changes.applied(proposal, decision, this.options.clock.wallMs()));
    }
    this.brain.onDecision(decision);
    this.people.changed();
  }

  takeReverted(reverted: Reverted): void {
    const kept = this.changes.reverted(reverted, this.options.clock.wallMs());
    if (kept !== undefined) this.kept(kept);
    this.brain.onReverted(reverted);
    this.people.changed();
  }

  takeLeases(leases: readonly LeaseInfo[]): void {
    this.board.takeLeases(leases);
    this.people.changed();
  }

  /** What the guard raised is an incident like any other, although no agent here may want it told. */
  takeGuard(guard: GuardInfo): void {
    this.board.takeGuard(guard);
    for (const incident of this.alarms.news(guard)) this.report(incident);
    this.people.changed();
  }

  /** Whoever tells outside has it. */
  takeTold(id: string): void {
    this.news?.confirmed(id);
  }

  takeOutputs(outputs: readonly OutputStatus[]): void {
    this.board.takeOutputs(outputs);
    this.people.changed();
  }

  usePid(pid: number): void {
    this.board.pid = pid;
  }

  useConfig(config: Config): void {
    this.config = config;
    this.board.useConfig(config);
    this.wantsNews.refresh();
  }

  /** Called every minute and at the end. */
  saveMemory(): void {
    this.news?.save();
    for (const agent of this.agents) {
      if (agent.remember) this.kept(this.options.store.saveMemory(agent.name, agent.remember()));
    }
  }

  /** What could not be written is said where people look; it goes on being tried. */
  private kept(result: Result<void>): void {
    this.board.takeTrouble(result.ok ? undefined : `${result.code}: ${result.says}`);
  }

  private propose(proposal: Proposal): void {
    if (this.proposals.add(proposal, this.options.clock.monoMs())) this.options.guard.propose(proposal);
  }

  private report(incident: Incident): void {
    this.kept(this.options.store.putIncident(incident));
    this.news?.report(incident);
    this.people.changed();
  }
}
