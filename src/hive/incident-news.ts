import type { ProcessView } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import type { Incident } from "../core/incident.ts";
import type { IncidentChange, IncidentNews } from "../core/output-record.ts";
import { shortened } from "../core/printable.ts";
import { dropOldest } from "../immune/bounded/oldest.ts";
import type { Store } from "../store/store.ts";

interface Ports {
  readonly clock: Clock;
  readonly store: Pick<Store, "loadMemory" | "saveMemory">;
  readonly processes: ProcessView;
  /** To whoever tells it outside, who says so by `told`. */
  tell(news: IncidentNews): void;
}

const LIMITS = {
  /** Incidents that are followed; what is older is told as new if it comes back. */
  incidents: 512,
  /** A flood of repeats is told when it has doubled, and this often. */
  repeatMs: 60_000,
  saveMs: 1000,
  /** As the warden takes them (core/wire/schema.ts). */
  evidence: 32,
  lineage: 16,
  names: 32,
  says: 4096,
} as const;
const MEMORY = "outputs";

/** What was told of one incident. */
interface Told {
  readonly state: string;
  readonly count: number;
  readonly atMs: number;
}

/**
 * Says what is new about incidents: opened, grown, closed. What the warden has taken is remembered, so that whatever ends this
 * process, or the warden, everything is told once more rather than not at all.
 */
export class IncidentNewsDesk {
  private readonly ports: Ports;
  private readonly told = new Map<string, Told>();
  /** Of incidents whose latest was not told, for it was only more of the same. */
  private readonly held = new Map<string, Incident>();
  /** States by incident, as the warden has confirmed them. */
  private readonly taken: Map<string, string>;
  private readonly underWay = new Map<string, readonly [incident: string, state: string]>();
  private savedMs = -Infinity;
  private dirty = false;

  /** `incidents`: those of earlier runs, the latest first. */
  constructor(ports: Ports, incidents: readonly Incident[]) {
    this.ports = ports;
    const remembered = recalled(ports.store.loadMemory(MEMORY));
    const latest = incidents.slice(0, LIMITS.incidents).toReversed();
    // Where nobody was told before, what is long past is no news.
    this.taken = remembered ?? new Map(latest.map((incident) => [incident.id, stateOf(incident)]));
    for (const incident of latest) {
      const state = this.taken.get(incident.id);
      if (state !== undefined) this.told.set(incident.id, { state, count: incident.count, atMs: -Infinity });
      this.report(incident);
    }
    this.dirty = remembered === undefined;
  }

  /** It was opened, or something of it has changed. */
  report(incident: Incident): void {
    const before = this.told.get(incident.id);
    const state = stateOf(incident);
    if (before?.state === state) return;
    const nowMs = this.ports.clock.monoMs();
    const isRepeat = before !== undefined && withoutCount(before.state) === withoutCount(state);
    if (isRepeat && incident.count < 2 * before.count && nowMs - before.atMs < LIMITS.repeatMs) {
      this.held.set(incident.id, incident);
      dropOldest(this.held, LIMITS.incidents);
      return;
    }
    this.held.delete(incident.id);
    this.told.delete(incident.id);
    this.told.set(incident.id, { state, count: incident.count, atMs: nowMs });
    dropOldest(this.told, LIMITS.incidents);
    const news = newsOf(incident, changeOf(incident, before !== undefined), this.ports);
    this.underWay.set(news.id, [incident.id, state]);
    dropOldest(this.underWay, LIMITS.incidents);
    this.ports.tell(news);
  }

  /** The warden has it. */
  confirmed(id: string): void {
    const known = this.underWay.get(id);
    if (known === undefined) return;
    this.underWay.delete(id);
    this.taken.delete(known[0]);
    this.taken.set(...known);
    dropOldest(this.taken, LIMITS.incidents);
    this.dirty = true;
  }

  /** Call often. */
  turn(): void {
    for (const incident of this.held.values()) this.report(incident);
    if (this.ports.clock.monoMs() - this.savedMs >= LIMITS.saveMs) this.save();
  }

  save(): void {
    if (!this.dirty) return;
    this.savedMs = this.ports.clock.monoMs();
    this.dirty = !this.ports.store.saveMemory(MEMORY, { taken: [...this.taken] }).ok;
  }
}

function changeOf({ status }: Incident, known: boolean): IncidentChange {
  if (status === "dismissed") return "closed";
  return known ? "grown" : "opened";
}

/** All that makes a telling of it another than the one before; the count comes last. */
function stateOf({ status, confirmed, kinds, techniques = [], count }: Incident): string {
  const word = status === "dismissed" ? "d" : confirmed === true ? "c" : "o";
  return `${word}${kinds.length}.${techniques.length}.${count}`;
}

function withoutCount(state: string): string {
  return state.slice(0, state.lastIndexOf("."));
}

function newsOf(incident: Incident, change: IncidentChange, { clock, processes }: Ports): IncidentNews {
  const { id, atMs, lastMs, entity, concentration, seenBefore, judgedBy } = incident;
  const record = processes.get(entity);
  const { uid, cgroup, sinceMs, container } = record ?? {};
  return {
    what: "incident",
    id: `${id}:${stateOf(incident)}`,
    change,
    incident: id,
    toldMs: clock.wallMs(),
    atMs,
    lastMs,
    entity,
    concentration,
    kinds: incident.kinds.slice(0, LIMITS.names),
    techniques: (incident.techniques ?? []).slice(0, LIMITS.names),
    evidence: incident.evidence.slice(0, LIMITS.evidence),
    lineage: incident.lineage.slice(0, LIMITS.lineage),
    says: shortened(incident.says, LIMITS.says),
    count: incident.count,
    confirmed: incident.confirmed === true,
    ...(seenBefore !== undefined && { seenBefore }),
    ...(judgedBy !== undefined && { judgedBy: shortened(judgedBy, 128) }),
    ...(uid !== undefined && {
      process: {
        uid,
        cgroup: cgroup ?? "",
        sinceMs: sinceMs ?? 0,
        ...(container !== undefined && { container: shortened(container.id, 128) }),
      },
    }),
  };
}

/** Undefined where nothing was remembered; what is malformed counts as such. */
function recalled(memory: unknown): Map<string, string> | undefined {
  const { taken } = (memory ?? {}) as { readonly taken?: unknown };
  if (!Array.isArray(taken)) return undefined;
  return new Map(
    taken.filter(
      (each): each is [string, string] =>
        Array.isArray(each) && typeof each[0] === "string" && typeof each[1] === "string",
    ),
  );
}
