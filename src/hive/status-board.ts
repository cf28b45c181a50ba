import type { Config } from "../core/config.ts";
import { modeFor } from "../core/mode.ts";
import type { Decision, LeaseInfo, Proposal } from "../core/action.ts";
import { type Agent, PHEROMONES, type ProcessView } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import { HOST, parseEntityKey, type EntityKey } from "../core/entity.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { Incident } from "../core/incident.ts";
import type { OutputStatus } from "../core/output-record.ts";
import { printable } from "../core/printable.ts";
import { NO_LOSSES, type Reading, type ReadingBatch, type ReadingName, type SensorCost } from "../core/reading.ts";
import type { Intention, LearningStatus, RuleStatus, SignalStatus, StatusDocument } from "../core/status.ts";
import type { Hello } from "../core/wire/messages.ts";
import { processName } from "../immune/programs/executable.ts";
import { QuorumAgent } from "../immune/quorum/quorum.ts";
import { SequencesAgent } from "../immune/sequences/sequences.ts";
import type { Field } from "../swarm/field.ts";

const MAX_INTENTIONS = 32;
const STRONGEST = 12;
/** Of which those about the surroundings are left out. */
const LOOKED_AT = 10 * STRONGEST;
const BACKGROUND: ReadonlySet<string> = new Set(
  Object.entries(PHEROMONES).flatMap(([name, spec]) => ("background" in spec ? [name] : [])),
);
const LATEST_INCIDENTS = 10;

interface BoardSources {
  readonly hello: Hello;
  readonly arrangement: StatusDocument["arrangement"];
  readonly agents: readonly Agent[];
  readonly field: Field;
  readonly processes: ProcessView;
  readonly clock: Clock;
  incidents(): { readonly open: number; readonly latest: readonly Incident[] };
}

/** Keeps the latest of everything that a person may want to see, and makes the one status document of it. */
export class StatusBoard {
  /** As the host has it. */
  pid = process.pid;
  private readonly sources: BoardSources;
  private readonly sinceMs: number;
  private readonly sequences: SequencesAgent | undefined;
  private readonly quorum: QuorumAgent | undefined;
  private config: Config;
  private batch: ReadingBatch | undefined;
  private perSecond: Readonly<Record<string, number>> = {};
  private leases: readonly LeaseInfo[] = [];
  private guard: GuardInfo | undefined;
  private intentions: Intention[] = [];
  private trouble: string | undefined;
  private rules: RuleStatus | undefined;
  private sensors: readonly SensorCost[] = [];
  private outputs: readonly OutputStatus[] = [];

  constructor(sources: BoardSources) {
    this.sources = sources;
    this.sinceMs = sources.clock.wallMs();
    this.sequences = sources.agents.find((each) => each instanceof SequencesAgent);
    this.quorum = sources.agents.find((each) => each instanceof QuorumAgent);
    this.config = sources.hello.config;
  }

  useConfig(config: Config): void {
    this.config = config;
  }

  takeReadings(batch: ReadingBatch): void {
    if (this.batch !== undefined) this.perSecond = rates(this.batch, batch, this.perSecond);
    this.batch = batch;
    this.sensors = batch.sensors ?? this.sensors;
  }

  /** What the hive itself cannot do now, such as writing its memory; undefined when it can again. */
  takeTrouble(trouble: string | undefined): void {
    this.trouble = trouble;
  }

  /** Undefined where there never were any. */
  takeRules(rules: RuleStatus | undefined): void {
    this.rules = rules;
  }

  takeLeases(leases: readonly LeaseInfo[]): void {
    this.leases = leases;
  }

  takeGuard(guard: GuardInfo): void {
    this.guard = guard;
  }

  takeOutputs(outputs: readonly OutputStatus[]): void {
    this.outputs = outputs;
  }

  /** A change in force, as the guard holds it now: renewals move its end. */
  lease(action: string): LeaseInfo | undefined {
    return this.leases.find((lease) => lease.action === action);
  }

  /** Remembers what was asked for and not done; the same again only counts. */
  takeDecision(proposal: Pick<Proposal, "agent" | "reason">, decision: Decision): void {
    if (decision.outcome === "applied" || decision.outcome === "renewed") return;
    const same = (other: Intention): boolean =>
      other.decision.kind === decision.kind &&
      other.decision.cgroup === decision.cgroup &&
      other.decision.outcome === decision.outcome &&
      other.decision.code === decision.code;
    const known = this.intentions.find(same);
    const intention: Intention = {
      atMs: this.sources.clock.wallMs(),
      agent: proposal.agent,
      reason: printable(proposal.reason, 200),
      decision,
      count: (known?.count ?? 0) + 1,
    };
    this.intentions = [intention, ...this.intentions.filter((other) => !same(other))].slice(0, MAX_INTENTIONS);
  }

  document(): StatusDocument {
    const { hello, arrangement, agents, clock, incidents } = this.sources;
    const batch = this.batch;
    const byEntity = group(batch?.readings ?? []);
    const summary = incidents();
    const learning = this.learning();
    return {
      version: hello.version,
      atMs: clock.wallMs(),
      sinceMs: this.sinceMs,
      modes: {
        balance: modeFor(this.config, "balance", "cpu.weight"),
        immune: modeFor(this.config, "immune", "freeze"),
      },
      scope: this.config.scope,
      arrangement,
      events: {
        source: hello.events,
        perSecond: this.perSecond,
        total: batch?.events ?? {},
        ...(batch?.kinds && { kinds: batch.kinds }),
      },
      losses: batch?.losses ?? NO_LOSSES,
      ...(batch?.lost && { lost: batch.lost }),
      ...(batch?.merged && { merged: batch.merged }),
      ...(batch?.ring && { ring: batch.ring }),
      sensors: this.sensors,
      missing: [
        ...hello.missing,
        ...[this.trouble, this.rules?.latest.says].filter((each) => each !== undefined),
        ...this.outputs.flatMap(outputTrouble),
      ],
      pids: { warden: hello.wardenPid, hive: this.pid },
      host: byEntity.get(HOST) ?? {},
      workloads: (batch?.workloads ?? []).map((info) => ({ ...info, readings: byEntity.get(`w:${info.name}`) ?? {} })),
      signals: this.signals(),
      leases: this.leases,
      ...(this.guard && { guard: this.guard }),
      intentions: this.intentions,
      incidents: { open: summary.open, latest: summary.latest.slice(0, LATEST_INCIDENTS) },
      agents: agents.map(({ name, colony, says }) => ({ name, colony, says })),
      ...(this.rules && { rules: this.rules }),
      ...(learning && { learning }),
      ...(this.outputs.length > 0 && { outputs: this.outputs }),
    };
  }

  private learning(): LearningStatus | undefined {
    const contains = modeFor(this.config, "immune", "freeze") === "enforce";
    const tolerantUntilMs = contains ? this.quorum?.tolerantUntilMs(this.sources.clock.wallMs()) : undefined;
    const programs = this.sequences?.learning();
    if (tolerantUntilMs === undefined && programs === undefined) return undefined;
    return { ...(tolerantUntilMs !== undefined && { tolerantUntilMs }), ...(programs && { programs }) };
  }

  private signals(): SignalStatus[] {
    const { field, clock } = this.sources;
    field.advance(clock.monoMs());
    const told = field.strongest(LOOKED_AT).filter(({ pheromone }) => !BACKGROUND.has(pheromone));
    return told.slice(0, STRONGEST).map((trace) => ({
      entity: trace.entity,
      label: this.label(trace.entity),
      pheromone: trace.pheromone,
      concentration: trace.concentration,
      sources: trace.sources,
    }));
  }

  /** What people call it. */
  label(key: EntityKey): string {
    const entity = parseEntityKey(key);
    switch (entity?.kind) {
      case "process":
        return processName(this.sources, key);
      case "workload":
        return printable(entity.name, 80);
      case "endpoint":
        return `${entity.address} port ${entity.port}`;
      case "file":
        return `file ${entity.dev}:${entity.ino}`;
      default:
        return key === HOST ? "the host" : printable(key, 80);
    }
  }
}

/** A place outside that is not told now, or was not told something. */
function outputTrouble({ name, trouble, waiting, dropped, dead }: OutputStatus): string[] {
  if (trouble === undefined && dropped + dead === 0) return [];
  const counts = `${waiting} wait, ${dropped} were lost, ${dead} put aside`;
  return [`output ${name}: ${trouble === undefined ? "" : `${trouble}; `}${counts}`];
}

function group(readings: readonly Reading[]): Map<EntityKey, Partial<Record<ReadingName, number>>> {
  const byEntity = new Map<EntityKey, Partial<Record<ReadingName, number>>>();
  for (const { entity, name, value } of readings) {
    const known = byEntity.get(entity) ?? {};
    known[name] = value;
    byEntity.set(entity, known);
  }
  return byEntity;
}

/** Events per second between two batches at least half a second apart; smoothed, so that the view does not flicker. */
function rates(
  before: ReadingBatch,
  now: ReadingBatch,
  previous: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const seconds = (now.atMs - before.atMs) / 1000;
  if (seconds <= 0) return previous;
  const keep = Math.exp(-seconds / 2);
  return Object.fromEntries(
    Object.entries(now.events).map(([kind, total]) => {
      const rate = Math.max(0, total - (before.events[kind] ?? 0)) / seconds;
      return [kind, (previous[kind] ?? rate) * keep + rate * (1 - keep)];
    }),
  );
}
