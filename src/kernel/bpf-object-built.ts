import { readFileSync } from "node:fs";
import { errnoOf, failed, type Result } from "../core/errors.ts";
import { BpfObject } from "./bpf-object.ts";
import type { CgroupLayout } from "./cgroup-layout.ts";

/** Opens a built object of this package; src/ and dist/ lie equally deep in it. */
export function openBuiltObject(
  name: "events" | "calls" | "sequences" | "runq" | "probe" | "deny" | "refuse",
): Result<BpfObject> {
  const url = new URL(`../../bpf/${name}.bpf.o`, import.meta.url);
  let image: Uint8Array;
  try {
    image = readFileSync(url);
  } catch (error) {
    return failed("SW-BPF-LOAD", `cannot read ${url.pathname}: ${errnoOf(error)}`);
  }
  return BpfObject.open(image, `swarms_${name}`);
}

/** struct load_config of bpf/swarms.h. */
export function loadConfig(layout: CgroupLayout, { shards = 1, ringBytes = 4 << 20 } = {}): Uint32Array {
  return new Uint32Array([layout.cpu?.version === 1 ? 1 : 0, shards, ringBytes]);
}
