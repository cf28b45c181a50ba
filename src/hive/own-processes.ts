import type { ProcessView } from "../core/agent.ts";
import { processKey, type EntityKey, type ProcessRef } from "../core/entity.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";

export const OWN = {
  /** Far more than the layer ever runs at once; beyond it, those that the process table no longer knows go. */
  processes: 4096,
  /** Ended ones kept: events of other CPUs may come after the exit. */
  ended: 256,
  /** Ancestors looked at where membership was not inherited, as many as a lineage has. */
  generations: 15,
} as const;

/**
 * The warden and what it started, down to any depth: the layer at work is no news about the host. Membership is
 * inherited at fork, so that an event costs one look into a small set and no walk up the tree.
 */
export class OwnProcesses {
  private readonly wardenPid: number;
  /** Beginning of the warden's key; its start time is not told. */
  private readonly warden: string;
  private readonly processes: ProcessView;
  private readonly known = new Set<EntityKey>();
  private readonly ended: EntityKey[] = [];

  /** `wardenPid` 0: nobody is own, as in a recording, which is made without a warden. */
  constructor(wardenPid: number, processes: ProcessView) {
    this.wardenPid = wardenPid;
    this.warden = `p:${wardenPid}@`;
    this.processes = processes;
  }

  /** Whether the layer itself did it. To be asked of each event once, after the process table has it. */
  did(event: SensedEvent): boolean {
    if (this.wardenPid === 0) return false;
    const key = processKey(event.process);
    const own = this.known.has(key) || this.joins(event, key);
    if (!own) return false;
    if (event.kind === "fork") this.add(processKey(event.child));
    else if (event.kind === "exit") this.end(key);
    return true;
  }

  /** Whether a pid of the host is one of the layer's now. */
  runs(pid: number): boolean {
    if (this.wardenPid === 0) return false;
    if (pid === this.wardenPid) return true;
    const beginning = `p:${pid}@`;
    for (const key of this.known) if (key.startsWith(beginning)) return true;
    return false;
  }

  /** Parents stand before children or behind them: the process table knows all by now. */
  takeSeen(seen: readonly SeenProcess[]): void {
    if (this.wardenPid === 0) return;
    for (const { process } of seen) if (this.descends(processKey(process), process)) this.add(processKey(process));
  }

  /** Starts and ends of processes are rare: there the tree is looked at, for a fork may be lost, or come late. */
  private joins(event: SensedEvent, key: EntityKey): boolean {
    const { kind, process } = event;
    const isOwn =
      process.pid === this.wardenPid || ((kind === "exec" || kind === "fork") && this.descends(key, process));
    if (isOwn) this.add(key);
    return isOwn;
  }

  private descends(key: EntityKey, process: ProcessRef): boolean {
    if (process.pid === this.wardenPid) return true;
    let above = this.processes.get(key)?.parent ?? "";
    for (let step = 0; above !== "" && step < OWN.generations; step++) {
      if (this.known.has(above) || above.startsWith(this.warden)) return true;
      above = this.processes.get(above)?.parent ?? "";
    }
    return false;
  }

  private add(key: EntityKey): void {
    this.known.add(key);
    if (this.known.size <= OWN.processes) return;
    for (const each of this.known) if (this.processes.get(each) === undefined) this.known.delete(each);
    const oldest = this.known.values().next();
    if (this.known.size > OWN.processes && !oldest.done) this.known.delete(oldest.value);
  }

  private end(key: EntityKey): void {
    this.ended.push(key);
    if (this.ended.length <= OWN.ended) return;
    const gone = this.ended.shift();
    if (gone !== undefined) this.known.delete(gone);
  }
}
