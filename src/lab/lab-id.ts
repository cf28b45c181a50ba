import type { ProcessRef } from "../core/entity.ts";
import { readProcessStat } from "../kernel/procfs.ts";

/**
 * The name of a lab's cgroups and of its folder: `swarms-lab-PID-STARTTICKS`. It holds the identity
 * of the process that made them, so that a later lab can tell what a dead one left from what a
 * running one uses.
 */
export function labName(owner: ProcessRef): string {
  return `swarms-lab-${owner.pid}-${owner.startTicks}`;
}

/** Inverse of `labName`; a folder of `mkdtemp` carries six more characters. Undefined for any other name. */
export function ownerOf(name: string): ProcessRef | undefined {
  const match = /^swarms-lab-(\d{1,10})-(\d{1,15})(?:-[A-Za-z0-9]{6})?$/.exec(name);
  return match ? { pid: Number(match[1]), startTicks: Number(match[2]) } : undefined;
}

/** Whether a lab made this and has ended since: the pid is gone, or is another process by now. */
export function isOfDeadLab(name: string, procRoot = "/proc"): boolean {
  const owner = ownerOf(name);
  return owner !== undefined && readProcessStat(owner.pid, procRoot)?.startTicks !== owner.startTicks;
}

export function thisProcess(): ProcessRef {
  const stat = readProcessStat(process.pid);
  return { pid: process.pid, startTicks: stat?.startTicks ?? 0 };
}
