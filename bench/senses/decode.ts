import { spreadOf } from "../../src/lab/spread.ts";
import { RecordDecoder } from "../../src/senses/decode.ts";
import { COMM_BYTES, HEAD } from "../../src/senses/records.ts";
import { walkRecords } from "../../src/senses/ring-records.ts";
import { atMost, type Figure, interleaved, perCpuSecond } from "../harness.ts";
import type { Bench, Part } from "./part.ts";
import { captureRecords, HEADER_BYTES } from "./real-records.ts";

const PROCESSES = 64;
/** A piece of the ring as the hive gets it. */
const REGION_BYTES = 1 << 20;

/** What a record costs to turn into an event: real records of this kernel, caches warm, as from 64 processes. */
export const decode: Part = {
  name: "decode",
  title: "decode: CPU time a record",
  needs: ["root", "gcc"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const samples = await captureRecords(bench);
  const [millions, rounds] = bench.quick ? [0.2, 3] : [2, 11];
  const cases = samples.map(({ name, records }) => {
    const region = regionOf(records);
    const decoder = new RecordDecoder();
    return { name, run: () => 1e9 / perCpuSecond(...repeat(decoder, region, millions * 1e6)) };
  });
  const took = await interleaved(cases, rounds);
  return samples.map(({ name, kind }) => ({
    name,
    spread: spreadOf(took.get(name) ?? []),
    unit: "ns",
    ...(kind === "open.read" && { limit: atMost(60) }),
  }));
}

function repeat(decoder: RecordDecoder, region: Uint8Array, records: number): [number, () => void] {
  let inRegion = 0;
  walkRecords(region, () => inRegion++);
  const turns = Math.ceil(records / inRegion);
  let events = 0;
  const work = (): void => {
    for (let turn = 0; turn < turns; turn++) decoder.decode(region, () => events++);
    if (events !== turns * inRegion) throw new Error(`${turns * inRegion - events} records were not decoded`);
  };
  return [turns * inRegion, work];
}

/** Over and over, each time as from another process: pid, start time and name are that process's own and stay so. */
export function regionOf(records: readonly Uint8Array[]): Uint8Array {
  const region = new Uint8Array(REGION_BYTES);
  let at = 0;
  for (let turn = 0; ; turn++) {
    const record = records[turn % records.length];
    if (record === undefined || at + record.length > REGION_BYTES) return region.subarray(0, at);
    region.set(record, at);
    const view = new DataView(region.buffer, at + HEADER_BYTES);
    const process = turn % PROCESSES;
    view.setUint32(HEAD.pid, 1000 + process, true);
    view.setBigUint64(HEAD.start_ns, BigInt(process + 1) * 1_000_000_000n, true);
    region.set(Buffer.from(`process-${process}\0`.padEnd(COMM_BYTES, "\0")), at + HEADER_BYTES + HEAD.comm);
    at += record.length;
  }
}
