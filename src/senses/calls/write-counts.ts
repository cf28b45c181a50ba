import type { BpfMap } from "../../kernel/bpf-map.ts";
import { StringCache } from "../decode-strings.ts";
import { COMM_BYTES } from "../records.ts";
import { WRITE_COUNT, WRITE_KEY } from "./records.ts";

/** What one process wrote to regular files since the last look. */
export interface WriteCount {
  readonly pid: number;
  /** Start time in clock ticks since boot, as in ProcessRef. */
  readonly startTicks: number;
  readonly comm: string;
  readonly uid: number;
  readonly cgroupId: number;
  readonly cpuCgroupId: number;
  readonly calls: number;
  readonly bytes: number;
  readonly truncations: number;
  readonly sampled: number;
  readonly random: number;
}

/** Clock ticks of /proc (USER_HZ) are 10 ms. */
const TICK_NS = 10_000_000n;
const names = new StringCache();

/** Takes every count out of the kernel's map. */
export function drainWrites(map: BpfMap): readonly WriteCount[] {
  return map.drain().map(([key, value]) => writeCount(key, value));
}

export function writeCount(key: Uint8Array, value: Uint8Array): WriteCount {
  const keys = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const values = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const number = (at: number): number => Number(values.getBigUint64(at, true));
  return {
    pid: Number(keys.getBigUint64(WRITE_KEY.pid, true)),
    startTicks: Number(keys.getBigUint64(WRITE_KEY.start_ns, true) / TICK_NS),
    comm: names.read(value, WRITE_COUNT.comm, COMM_BYTES),
    uid: values.getUint32(WRITE_COUNT.uid, true),
    cgroupId: number(WRITE_COUNT.cgroup_id),
    cpuCgroupId: number(WRITE_COUNT.cpu_cgroup_id),
    calls: number(WRITE_COUNT.calls),
    bytes: number(WRITE_COUNT.bytes_written),
    truncations: number(WRITE_COUNT.truncations),
    sampled: number(WRITE_COUNT.sampled),
    random: number(WRITE_COUNT.random),
  };
}
