import type { AgentContext, ProcessRecord } from "../../core/agent.ts";
import { processKey, type EntityKey } from "../../core/entity.ts";
import type { EventBase } from "../../core/event.ts";
import { executableId, placeOf } from "../programs/executable.ts";
import type { Act } from "./habits.ts";

export const DOERS = {
  /** Programs in places, at hand; as many as have habits. */
  doers: 2048,
  /** Things that one is known to do, at hand. */
  acts: 256,
  processes: 8192,
} as const;

/** A program in a place, with the acts that are usual for it at hand: what need not be looked up by name. */
export interface Doer {
  readonly place: string;
  /** "" where unknown. */
  readonly program: string;
  /** By whatever the agent names them; each with one act per circle. */
  readonly usual: Map<string | number, readonly Act[]>;
}

interface Known {
  readonly record: ProcessRecord;
  readonly path: string;
  readonly exe: EntityKey;
  readonly cgroup: string;
  readonly cgroupId: number;
  readonly doer: Doer;
}

/**
 * Who does something, found in one look for a process that was asked for before. All are dropped when there are too many:
 * nothing is lost with them but the way.
 */
export class Doers {
  private readonly byPlace = new Map<string, Map<string, Doer>>();
  private readonly byProcess = new Map<EntityKey, Known>();
  private size = 0;

  /** Who did it, as the process table says. */
  of(event: EventBase, context: Pick<AgentContext, "processes">): Doer {
    const key = processKey(event.process);
    const known = this.byProcess.get(key);
    if (known !== undefined && isStill(known, event.cgroupId)) return known.doer;
    const record = context.processes.get(key);
    const { path = "", exe = "", cgroup = "" } = record ?? {};
    const { cgroupId } = event;
    const doer = this.named(placeOf(cgroup, cgroupId), executableId(path, exe));
    if (this.byProcess.size >= DOERS.processes) this.byProcess.clear();
    if (record !== undefined) this.byProcess.set(key, { record, path, exe, cgroup, cgroupId, doer });
    return doer;
  }

  /** To be called when a process executes: its record may be another now. */
  forget(key: EntityKey): void {
    this.byProcess.delete(key);
  }

  named(place: string, program: string): Doer {
    const known = this.byPlace.get(place)?.get(program);
    if (known !== undefined) return known;
    if (this.size >= DOERS.doers) this.clear();
    const doer: Doer = { place, program, usual: new Map() };
    const programs = this.byPlace.get(place) ?? new Map<string, Doer>();
    programs.set(program, doer);
    this.byPlace.set(place, programs);
    this.size++;
    return doer;
  }

  private clear(): void {
    this.byPlace.clear();
    this.byProcess.clear();
    this.size = 0;
  }
}

/** Records change in place where more is learned of a process. */
function isStill({ record, path, exe, cgroup, cgroupId }: Known, now: number): boolean {
  return record.path === path && record.exe === exe && record.cgroup === cgroup && cgroupId === now;
}
