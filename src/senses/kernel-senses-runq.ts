import { cpus } from "node:os";
import { failed, ok, type Result } from "../core/errors.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import type { Mapping } from "../kernel/mmap.ts";
import { loadConfig, openBuiltObject } from "../kernel/bpf-object-built.ts";
import { RUNQ_GROUPS, RUNQ_SHARDS_MAX } from "./records.ts";
import { RunqReader, type RunqDelta } from "./runq.ts";

/** The switch goes last: a task that is switched in must have had its wake-up seen. */
const PROGRAMS = ["on_wakeup", "on_wakeup_new", "on_switch"];

export interface RunqSense {
  read(): ReadonlyMap<number, RunqDelta> | undefined;
  attached(): readonly string[];
  readonly object: BpfObject;
  close(): void;
}

/** Measures run-queue delay per cgroup of the cpu controller. SW-NO-LIBBPF, SW-BPF-LOAD. */
export function startRunqSense(layout: CgroupLayout): Result<RunqSense> {
  // CPUs share cells beyond this many: a little contention for a bounded table.
  const shards = Math.min(Math.max(cpus().length, 1), RUNQ_SHARDS_MAX);
  const opened = openBuiltObject("runq");
  if (!opened.ok) return opened;
  const object = opened.value;
  const maps: Mapping[] = [];
  const started = start(object, maps, layout, shards);
  if (started.ok) return ok(running(object, maps, started.value));
  end(object, maps);
  return started;
}

function start(object: BpfObject, maps: Mapping[], layout: CgroupLayout, shards: number): Result<RunqReader> {
  object.setConstants(loadConfig(layout, { shards }));
  const sized = object.setMaxEntries("cells", RUNQ_GROUPS * shards);
  if (!sized.ok) return sized;
  const loaded = object.load();
  if (!loaded.ok) return loaded;
  for (const name of [".bss", "cells"]) {
    const mapped = object.map(name).map("write");
    if (!mapped.ok) return mapped;
    maps.push(mapped.value);
  }
  for (const name of PROGRAMS) {
    const attached = object.attach(name);
    if (!attached.ok) return attached;
  }
  const [state, cells] = maps.map((mapping) => mapping.memory);
  if (state === undefined || cells === undefined) return failed("SW-BPF-LOAD", "the maps are not mapped");
  return ok(new RunqReader(state, cells, shards));
}

function running(object: BpfObject, maps: readonly Mapping[], reader: RunqReader): RunqSense {
  let open = true;
  return {
    // libuv's clock is CLOCK_MONOTONIC, the one that the programs read.
    read: () => (open ? reader.read(Number(process.hrtime.bigint())) : undefined),
    attached: () => object.attached,
    object,
    close() {
      open = false;
      end(object, maps);
    },
  };
}

function end(object: BpfObject, maps: readonly Mapping[]): void {
  object.detach();
  for (const mapping of maps) mapping.unmap();
  object.close();
}
