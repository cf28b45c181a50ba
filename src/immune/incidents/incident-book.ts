import type { Evidence } from "../../core/action.ts";
import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import type { Incident } from "../../core/incident.ts";
import { executableId, programName } from "../programs/executable.ts";
import { dropOldest } from "../bounded/oldest.ts";
import type { Sighting } from "./sighting.ts";
import { tell } from "./story.ts";
import { techniquesOf } from "./technique-list.ts";
import { Tolerance } from "../memory/tolerance.ts";
import { widening, WIDER } from "./widening.ts";

export const FOLD = {
  /** The same thing within this is one incident that happened again. */
  windowMs: 600_000,
  /** Incidents that can still be repeated, and processes known to belong to one. */
  incidents: 256,
  members: 4096,
  /** A flood of repeats is written down this often. */
  reportEveryMs: 1000,
} as const;

interface Entry {
  incident: Incident;
  /** The paragraph of the first time; repeats only add a count. */
  readonly story: string;
  /** What came of it: a sentence for each further kind of evidence on its other processes. */
  later?: string;
  readonly program: string;
  readonly parent: EntityKey;
  /** "" where unknown. */
  readonly cgroup: string;
  lastMs: number;
  reportedMs: number;
  unreported: boolean;
}

/** Incidents of the last minutes: tells a new one from more evidence on an old one and from a repeat. */
export class IncidentBook {
  /** Outlasts the minutes in which incidents are repeated. */
  readonly tolerance = new Tolerance();
  private readonly entries = new Map<string, Entry>();
  private readonly members = new Map<EntityKey, string>();

  /** The incident that the sighting belongs to, reported as far as it is new; undefined where there is nothing of its own in it. */
  take(sighting: Sighting, context: AgentContext): Incident | undefined {
    if (!sighting.hasOwn) return undefined;
    const joined = this.entryOf(sighting.entity);
    const own = joined !== undefined && covers(joined.incident, sighting) ? joined : undefined;
    const entry = own ?? this.earlier(sighting, context.nowMs);
    if (entry === undefined) return this.tolerated(sighting, context) ?? this.open(sighting, context);
    this.join(sighting.entity, entry);
    entry.lastMs = context.nowMs;
    if (own !== undefined && entry.incident.entity === sighting.entity) this.grow(entry, sighting, context);
    else this.spread(entry, sighting, own === undefined, context);
    return entry.incident;
  }

  /** Incidents of an earlier run, the latest first: more evidence on them, and repeats, are theirs and no new incidents. */
  resume(incidents: readonly Incident[], context: AgentContext): void {
    for (const incident of incidents.slice(0, FOLD.incidents).toReversed()) {
      const ageMs = Math.max(0, context.wallMs - incident.lastMs);
      if (ageMs > FOLD.windowMs) continue;
      const lastMs = context.nowMs - ageMs;
      const entry: Entry = {
        incident,
        story: incident.says.replace(AGAIN, ""),
        program: executableId(incident.lineage[0]?.path ?? "", ""),
        parent: incident.lineage[1]?.process ?? "",
        cgroup: "",
        lastMs,
        reportedMs: lastMs,
        unreported: false,
      };
      this.entries.set(incident.id, entry);
      this.join(incident.entity, entry);
    }
  }

  /** Reports what was held back while a flood lasted. */
  flush(context: AgentContext): void {
    for (const entry of this.entries.values()) if (entry.unreported) this.report(entry, context, false);
  }

  dismiss(incident: Incident): void {
    this.mark(incident, { status: "dismissed" });
    this.tolerance.add(incident);
  }

  confirm(incident: Incident): void {
    this.mark(incident, { status: "open", confirmed: true });
    this.tolerance.remove(incident.id);
  }

  reopen(incident: Incident): void {
    this.mark(incident, { status: "open" });
    this.tolerance.remove(incident.id);
  }

  /** A person's word stays with what is reported of the incident from then on. */
  private mark({ id, judgedBy }: Incident, word: Pick<Incident, "status" | "confirmed">): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.incident = { ...entry.incident, ...word, ...(judgedBy !== undefined && { judgedBy }) };
  }

  /** More of what people said is nothing: counted where that is listed, and nowhere told. */
  private tolerated(sighting: Sighting, context: AgentContext): Incident | undefined {
    const incident = this.tolerance.count(sighting, context.wallMs);
    if (incident === undefined) return undefined;
    const { program, parent, cgroup } = sighting;
    const lastMs = context.nowMs;
    const entry: Entry = {
      incident,
      story: incident.says.replace(AGAIN, ""),
      program,
      parent,
      cgroup,
      lastMs,
      ...NOT_REPORTED,
    };
    this.entries.set(incident.id, entry);
    dropOldest(this.entries, FOLD.incidents);
    this.join(sighting.entity, entry);
    this.report(entry, context, false);
    return incident;
  }

  get(id: string): Incident | undefined {
    return this.entries.get(id)?.incident;
  }

  isOpen(id: string): boolean {
    return this.entries.get(id)?.incident.status === "open";
  }

  private open(sighting: Sighting, context: AgentContext): Incident {
    const story = tell(sighting, context);
    const incident: Incident = {
      id: context.newId("i"),
      atMs: context.wallMs,
      lastMs: context.wallMs,
      entity: sighting.entity,
      concentration: sighting.concentration,
      kinds: sighting.kinds,
      techniques: techniquesOf(sighting.evidence),
      evidence: sighting.evidence,
      lineage: sighting.lineage,
      says: story,
      count: 1,
      status: "open",
      ...(sighting.seenBefore !== undefined && { seenBefore: sighting.seenBefore }),
    };
    const { program, parent, cgroup } = sighting;
    const lastMs = context.nowMs;
    const entry: Entry = { incident, story, program, parent, cgroup, lastMs, reportedMs: lastMs, unreported: false };
    this.entries.set(incident.id, entry);
    dropOldest(this.entries, FOLD.incidents);
    this.join(sighting.entity, entry);
    context.report(incident);
    return incident;
  }

  /** More evidence on the same process: the same incident, better told. */
  private grow(entry: Entry, sighting: Sighting, context: AgentContext): void {
    const kinds = [...new Set([...entry.incident.kinds, ...sighting.kinds])].toSorted();
    const newKind = kinds.length > entry.incident.kinds.length;
    const concentration = Math.max(entry.incident.concentration, sighting.concentration);
    const says =
      tell({ ...sighting, kinds, concentration }, context, programOf(entry.incident)) +
      ending(entry, entry.incident.count);
    const evidence = withOthers(sighting, entry.incident);
    const techniques = techniquesOf(evidence, entry.incident.techniques);
    entry.incident = { ...entry.incident, kinds, concentration, techniques, evidence, says, lastMs: context.wallMs };
    this.report(entry, context, newKind);
  }

  /** Another of its processes, for the first time or again: a repeat, or what came of it. */
  private spread(entry: Entry, sighting: Sighting, isRepeat: boolean, context: AgentContext): void {
    const wider = widening(entry.incident, sighting);
    if (wider === undefined && !isRepeat) return;
    if (wider !== undefined) entry.later = latest(`${entry.later ?? ""}${wider.says}`);
    const count = entry.incident.count + (isRepeat ? 1 : 0);
    const says = entry.story + ending(entry, count);
    entry.incident = { ...entry.incident, ...wider?.part, count, lastMs: context.wallMs, says };
    this.report(entry, context, wider !== undefined);
  }

  private report(entry: Entry, context: AgentContext, atOnce: boolean): void {
    entry.unreported = !atOnce && context.nowMs - entry.reportedMs < FOLD.reportEveryMs;
    if (entry.unreported) return;
    entry.reportedMs = context.nowMs;
    context.report(entry.incident);
  }

  /** A child of a process in an incident, the same program again in the same place, or the same parent's next try, with no new kind. */
  private earlier(sighting: Sighting, nowMs: number): Entry | undefined {
    for (const step of sighting.lineage.slice(1)) {
      const entry = this.entryOf(step.process);
      const recent = entry !== undefined && nowMs - entry.lastMs <= FOLD.windowMs;
      if (recent && covers(entry.incident, sighting)) return entry;
    }
    for (const entry of [...this.entries.values()].toReversed()) {
      const sameDoer =
        (sighting.program !== "" && entry.program === sighting.program && isOnePlace(entry.cgroup, sighting.cgroup)) ||
        (sighting.parent !== "" && entry.parent === sighting.parent);
      const sameKinds = sighting.kinds.every((kind) => entry.incident.kinds.includes(kind));
      if (sameDoer && sameKinds && nowMs - entry.lastMs <= FOLD.windowMs) return entry;
    }
    return undefined;
  }

  private entryOf(entity: EntityKey): Entry | undefined {
    return this.entries.get(this.members.get(entity) ?? "");
  }

  private join(entity: EntityKey, entry: Entry): void {
    this.members.delete(entity);
    this.members.set(entity, entry.incident.id);
    dropOldest(this.members, FOLD.members);
  }
}

/** A shell in one container has nothing to do with a shell in another. */
function isOnePlace(a: string, b: string): boolean {
  return a === "" || b === "" || a === b;
}

/** What people said is nothing does not excuse another kind of evidence. */
function covers({ status, kinds }: Incident, sighting: Sighting): boolean {
  return status === "open" || sighting.kinds.every((kind) => kinds.includes(kind));
}

const NOT_REPORTED = { reportedMs: Number.NEGATIVE_INFINITY, unreported: true } as const;

const AGAIN = / It happened again since, \d+ times in all\.$/;

function ending({ later = "" }: Pick<Entry, "later">, count: number): string {
  return later + again(count);
}

/** The last sentences of what came of it. */
function latest(later: string): string {
  const sentences = later.split(/(?= After that, )/);
  return sentences.slice(-WIDER.sentences).join("");
}

/** Evidence on the process, and what is known of the incident's others. */
function withOthers({ evidence, entity }: Sighting, incident: Incident): readonly Evidence[] {
  const here = new Set(evidence.map((fact) => fact.entity));
  const others = incident.evidence.filter((fact) => fact.entity !== entity && !here.has(fact.entity));
  return [...evidence, ...others].slice(0, WIDER.facts);
}

function again(count: number): string {
  return count > 1 ? ` It happened again since, ${count} times in all.` : "";
}

/** What it was when the incident began; a process that starts another program goes on being the same one. */
function programOf({ lineage: [first] }: Incident): string {
  return first === undefined ? "" : programName(first.path, first.comm);
}
