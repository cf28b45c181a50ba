import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EVENT_CODES, type EventKind } from "../../src/core/event-kinds.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { startKernelSenses } from "../../src/senses/kernel-senses.ts";
import { HEAD } from "../../src/senses/records.ts";
import { walkRecords } from "../../src/senses/ring-records.ts";
import { QUIET, startLoad } from "./load.ts";
import type { Bench } from "./part.ts";

const WANTS: readonly EventKind[] = ["exec", "fork", "exit", "connect", "open.read"];
const RING_BYTES = 4 << 20;
/** Ring header of each record. */
export const HEADER_BYTES = 8;
const SIZE = 256;
const FILES = 500;

export interface Sample {
  readonly kind: EventKind;
  readonly name: string;
  /** With the ring's header in front. */
  readonly records: readonly Uint8Array[];
}

/** Records of each kind as the kernel writes them; opens have paths as long as makes their records 256 bytes. */
export async function captureRecords(bench: Bench): Promise<Sample[]> {
  const kept = new Map<number, Uint8Array[]>();
  const keep = (region: Uint8Array): void => {
    const view = new DataView(region.buffer, region.byteOffset, region.byteLength);
    walkRecords(region, (at, size) => {
      const code = view.getUint16(at + HEAD.kind, true);
      kept.set(code, [...(kept.get(code) ?? []), region.slice(at - HEADER_BYTES, at + size)]);
    });
  };
  const trouble = (code: string, says: string): never => {
    throw new Error(`${code}: ${says}`);
  };
  const started = startKernelSenses({
    wants: WANTS,
    runq: false,
    ringBytes: RING_BYTES,
    onRecords: keep,
    onTrouble: trouble,
  });
  if (!started.ok) throw new Error(started.says);
  try {
    for (let length = 36; length <= 68; length += 4) await load(bench, length);
  } finally {
    await pause(300);
    await started.value.close();
  }
  return WANTS.map((kind) => {
    const records = kept.get(EVENT_CODES[kind]) ?? [];
    const chosen = kind === "open.read" ? records.filter((record) => record.length === SIZE + HEADER_BYTES) : records;
    const sizes = spreadOf(chosen.map((record) => record.length - HEADER_BYTES));
    if (chosen.length === 0) throw new Error(`no ${kind} of the wanted size came`);
    return { kind, records: chosen, name: `${kind}, ${sizes.median} bytes (${chosen.length} records)` };
  });
}

/** Opens with paths of about this length, a few connects and execs. */
async function load(bench: Bench, length: number): Promise<void> {
  const folder = join(bench.folder, "x".repeat(Math.max(1, length - bench.folder.length)));
  const mix = { ...QUIET, opens: FILES * 4, connects: FILES, spawns: 50, files: FILES, endpoints: FILES };
  await (await startLoad(bench, mix, 0.25, { folder })).done();
}
