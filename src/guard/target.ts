import type { ActionKind, ActionSpec, Proposal } from "../core/action.ts";
import { type Entity, type FileRef, parseEntityKey, type ProcessRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { type PluginSpecs, specWith } from "../core/plugin-knobs.ts";
import { printable } from "../core/printable.ts";
import { type CgroupFs, isCleanPath } from "../kernel/cgroup-fs.ts";
import { readCgroups, readProcessStat, readThreadGroup } from "../kernel/procfs.ts";
import type { Actuator } from "./actuators/actuator.ts";
import { actuatorOf } from "./actuators/actuators.ts";

/** What a proposal is about, as the kernel names it. */
export interface Target {
  readonly kind: ActionKind;
  readonly spec: ActionSpec;
  readonly actuator: Actuator;
  readonly cgroup: string;
  readonly inode: number;
  /** Where the proposal named a process: it must be in the group. */
  readonly process?: ProcessRef;
  /** For refusals of executables. */
  readonly file?: FileRef;
}

/** SW-GUARD-KIND, -SCOPE (nothing that has a knob), -GONE, -KNOB (no such hierarchy here). */
export function resolveTarget(
  fs: CgroupFs,
  procRoot: string,
  proposal: Proposal,
  knobs: PluginSpecs = new Map(),
): Result<Target> {
  const { kind } = proposal;
  const spec = specWith(knobs, kind);
  if (spec === undefined) return failed("SW-GUARD-KIND", printable(`no action ${kind}`));
  const actuator = actuatorOf(kind);
  if (fs.hierarchy(actuator.controller) === undefined)
    return failed("SW-GUARD-KNOB", `this host has no ${actuator.controller} hierarchy`);
  const entity = parseEntityKey(proposal.target);
  if (spec.reach === "host") return hostTarget(fs, { kind, spec, actuator }, entity);
  if (spec.reach === "process" && entity?.kind !== "process")
    return failed("SW-GUARD-SCOPE", `${kind} is for one process, not for ${printable(proposal.target)}`);
  if (entity?.kind !== "workload" && entity?.kind !== "process")
    return failed("SW-GUARD-SCOPE", `${printable(proposal.target)} is neither a cgroup nor a process`);
  const process = entity.kind === "process" ? { pid: entity.pid, startTicks: entity.startTicks } : undefined;
  const cgroup = entity.kind === "workload" ? ok(entity.name) : cgroupOf(fs, procRoot, actuator, entity);
  if (!cgroup.ok) return cgroup;
  if (!isSafePath(cgroup.value)) return failed("SW-GUARD-SCOPE", `${printable(cgroup.value)} is not a cgroup path`);
  const inode = fs.inode(actuator.controller, cgroup.value);
  if (inode === undefined) return failed("SW-GUARD-GONE", `${printable(cgroup.value)} does not exist`);
  const { file } = proposal;
  return ok({ kind, spec, actuator, cgroup: cgroup.value, inode, ...(process && { process }), ...(file && { file }) });
}

function hostTarget(
  fs: CgroupFs,
  what: Pick<Target, "kind" | "spec" | "actuator">,
  entity: Entity | undefined,
): Result<Target> {
  if (entity?.kind !== "host") return failed("SW-GUARD-SCOPE", `${what.kind} is a setting of the whole host`);
  const inode = fs.inode(what.actuator.controller, "/");
  return inode === undefined ? failed("SW-GUARD-GONE", "no settings are mounted") : ok({ ...what, cgroup: "/", inode });
}

/**
 * The group that holds a process now. Its start time is looked at before and after, so that a reused pid is never taken
 * for it. A thread has a folder below /proc like a process, and would be judged as one of its own: none is a target.
 */
export function cgroupOf(fs: CgroupFs, procRoot: string, actuator: Actuator, ref: ProcessRef): Result<string> {
  const lives = (): boolean => readProcessStat(ref.pid, procRoot)?.startTicks === ref.startTicks;
  const before = lives();
  const paths = readCgroups(ref.pid, procRoot);
  const leader = readThreadGroup(ref.pid, procRoot);
  if (leader !== undefined && leader !== ref.pid)
    return failed("SW-GUARD-SCOPE", `${ref.pid} is a thread of process ${leader}, not a process`);
  if (!before || paths === undefined || leader === undefined || !lives())
    return failed("SW-GUARD-GONE", `process ${ref.pid} has ended`);
  const { controller } = actuator;
  const v1Name = controller === "io" ? "blkio" : controller;
  const path = paths.get(fs.hierarchy(controller)?.version === 1 ? v1Name : "");
  return path === undefined
    ? failed("SW-GUARD-KNOB", `process ${ref.pid} is in no ${actuator.controller} group`)
    : ok(path);
}

/**
 * Clean, and without control characters, which no honest group name holds. U+FFFD is what the bytes of
 * another name, not UTF-8, are read as from /proc/PID/cgroup.
 */
function isSafePath(path: string): boolean {
  return isCleanPath(path) && !/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(path);
}
