import type { Actuator } from "./actuator.ts";
import { fileKnob, type FileKnob } from "./file-knob.ts";

const MIB = 1 << 20;
/** PAGE_COUNTER_MAX in bytes, less the rounding to the largest page size: v1 shows this, or a little below it, for "no limit". */
const V1_UNLIMITED = 2 ** 63 - 2 ** 20;
const USED = { 1: "memory.usage_in_bytes", 2: "memory.current" } as const;

/** admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst, cgroup-v1/blkio-controller.rst; block/bfq-cgroup.c for the range of its weights. */
export const FILE_KNOBS = {
  // v1's soft limit says where to take from first when the host is short, without slowing the group: the same wish, milder.
  "memory.high": {
    kind: "memory.high",
    controller: "memory",
    files: { 1: ["memory.soft_limit_in_bytes"], 2: ["memory.high"] },
    scale: MIB,
    unlimitedFrom: V1_UNLIMITED,
    usage: USED,
    unit: "MiB",
  },
  "memory.low": {
    kind: "memory.low",
    controller: "memory",
    files: { 2: ["memory.low"] },
    scale: MIB,
    usage: USED,
    unit: "MiB",
  },
  "io.weight": {
    kind: "io.weight",
    controller: "io",
    files: { 1: ["blkio.weight", "blkio.bfq.weight"], 2: ["io.weight", "io.bfq.weight"] },
    scale: 1,
    takes: (file) => WEIGHTS[file] ?? { min: 1, max: 10_000 },
    unit: "",
  },
} as const satisfies Record<string, FileKnob>;

const WEIGHTS: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  "blkio.weight": { min: 10, max: 1000 },
  "blkio.bfq.weight": { min: 1, max: 1000 },
  "io.bfq.weight": { min: 1, max: 1000 },
};

export const FILE_ACTUATORS = {
  "memory.high": fileKnob(FILE_KNOBS["memory.high"]),
  "memory.low": fileKnob(FILE_KNOBS["memory.low"]),
  "io.weight": fileKnob(FILE_KNOBS["io.weight"]),
} satisfies Record<keyof typeof FILE_KNOBS, Actuator>;
