import { failed, ok, type Result } from "../core/errors.ts";
import type { TaskSchedule, TaskScheduling } from "./host-access.ts";
import { checked, loadLibc } from "./syscall.ts";

/** struct sched_attr of its second version (linux/sched/types.h): 56 bytes. */
const BYTES = 56;
const AT = { size: 0, policy: 4, flags: 8, nice: 16, runtime: 24 } as const;
/** Neither has a number that is the same on every architecture. */
const NUMBERS: Readonly<Record<string, { readonly set: number; readonly get: number }>> = {
  x64: { set: 314, get: 315 },
  arm64: { set: 274, get: 275 },
};
/** SCHED_FLAG_RESET_ON_FORK: the only flag that a read may give back, and a write must keep. */
const RESET_ON_FORK = 1n;

type Call = (number: number, tid: number, attr: Buffer, a: number, b: number) => number | bigint;
let raw: Call | undefined;

function call(which: "set" | "get", tid: number, attr: Buffer): Result<void> {
  const numbers = NUMBERS[process.arch];
  if (numbers === undefined) return failed("SW-GUARD-KNOB", `sched_${which}attr is not known on ${process.arch}`);
  raw ??= loadLibc().func("syscall", "long", ["long", "long", "void *", "long", "long"]) as Call;
  const done = checked(Number(raw(numbers[which], tid, attr, which === "get" ? BYTES : 0, 0)));
  if (done.ok) return ok(undefined);
  return done.errno === "ESRCH"
    ? failed("SW-GUARD-GONE", `task ${tid} has ended`)
    : failed("SW-GUARD-KNOB", `sched_${which}attr of ${tid}: ${done.errno}`);
}

/** sched_getattr(2) and sched_setattr(2). For a normal task sched_runtime is its slice, since 6.12; before, 0. */
export const taskScheduling: TaskScheduling = {
  get(tid) {
    const attr = Buffer.alloc(BYTES);
    const done = call("get", tid, attr);
    return done.ok ? ok(scheduleIn(attr)) : done;
  },
  set(tid, { policy, nice, sliceNs }) {
    const attr = Buffer.alloc(BYTES);
    const now = call("get", tid, attr);
    if (!now.ok) return now;
    const flags = attr.readBigUInt64LE(AT.flags) & RESET_ON_FORK;
    attr.fill(0);
    attr.writeUInt32LE(BYTES, AT.size);
    attr.writeUInt32LE(policy, AT.policy);
    attr.writeBigUInt64LE(flags, AT.flags);
    attr.writeInt32LE(nice, AT.nice);
    attr.writeBigUInt64LE(BigInt(sliceNs), AT.runtime);
    return call("set", tid, attr);
  },
};

function scheduleIn(attr: Buffer): TaskSchedule {
  return {
    policy: attr.readUInt32LE(AT.policy),
    nice: attr.readInt32LE(AT.nice),
    sliceNs: Number(attr.readBigUInt64LE(AT.runtime)),
  };
}
