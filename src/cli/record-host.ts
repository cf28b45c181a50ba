import { uptime } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { EVENT_KINDS } from "../core/event.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { NO_LOSSES, type Losses } from "../core/reading.ts";
import { encodeEvents, encodeMessage } from "../core/wire/codec.ts";
import { createRecordingFile } from "../hive/recording/file.ts";
import { LIMITS } from "../hive/recording/format.ts";
import { beginRecording } from "../hive/recording/recorder.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { snapshotProcesses } from "../senses/snapshot.ts";
import { startSenses } from "../warden/senses.ts";

export interface RecordOptions {
  readonly file: string;
  readonly force: boolean;
  readonly version: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly procRoot?: string;
  /** Ends the recording. */
  readonly ending: Promise<unknown>;
  /** What is missing here, and what goes wrong on the way. */
  log(says: string): void;
}

export interface RecordSummary {
  readonly file: string;
  readonly source: "ebpf" | "procfs";
  readonly bytes: number;
  readonly ms: number;
  /** Made since the begin, lost ones included, by kind. */
  readonly events: Readonly<Record<string, number>>;
  readonly losses: Losses;
  /** Messages too large to be recorded. */
  readonly oversized: number;
  /** It ended because it reached its largest size. */
  readonly full: boolean;
}

const FLUSH_MS = 1000;
/** Readings come once a second: the last ones hold the final counters. */
const LAST_READINGS_MS = 1500;

/**
 * Writes what a hive would be sent, from senses of its own: no guard, no hive, nothing changed on the host.
 * SW-RECORDING-WRITE; what was written until then can be replayed.
 */
export async function recordHost(options: RecordOptions): Promise<Result<RecordSummary>> {
  const { clock, config, log } = options;
  const procRoot = options.procRoot ?? "/proc";
  const file = createRecordingFile(options.file, options.force);
  if (!file.ok) return file;
  const fs = new CgroupFs(probeCgroupLayout(procRoot));
  const senses = startSenses({ config, fs, procRoot, clock, log, wants: EVENT_KINDS });
  const { source: events, missing } = senses;
  try {
    const beganMs = clock.monoMs();
    const { version } = options;
    const bootWallMs = clock.wallMs() - uptime() * 1000;
    const hello = { version, config, events, missing, bootWallMs, wardenPid: process.pid };
    const begun = beginRecording(file.value.sink, clock, hello, snapshotProcesses({ procRoot }));
    if (!begun.ok) return begun;
    const writer = begun.value;
    const stopped = Promise.withResolvers<void>();
    let last = { events: {} as Readonly<Record<string, number>>, losses: NO_LOSSES };
    let state = ok(undefined) as Result<void>;
    let full = false;
    let onReadings = (): void => undefined;
    const add = (frame: Uint8Array): void => {
      if (full || !state.ok) return;
      state = writer.add(frame);
      full = writer.bytes > LIMITS.file;
      if (full || !state.ok) stopped.resolve();
    };
    senses.run({
      onRecords: (records) => {
        add(encodeEvents(records));
        return true;
      },
      onSensed: (sensed) => add(encodeMessage("sensed", sensed)),
      onReadings: (batch) => {
        last = batch;
        add(encodeMessage("readings", batch));
        onReadings();
      },
    });
    const flushing = setInterval(() => {
      state = state.ok ? writer.flush() : state;
      if (!state.ok) stopped.resolve();
    }, FLUSH_MS);
    await Promise.race([options.ending, stopped.promise]);
    const complete = new Promise<void>((resolve) => void (onReadings = resolve));
    if (state.ok && !full) await Promise.race([complete, sleep(LAST_READINGS_MS)]);
    clearInterval(flushing);
    const ended = writer.end();
    if (!ended.ok) return failed(ended.code, `${ended.says}; ${writer.bytes} bytes were written before`);
    const { bytes, oversized } = writer;
    const ms = clock.monoMs() - beganMs;
    return ok({
      file: options.file,
      source: events,
      bytes,
      ms,
      events: last.events,
      losses: last.losses,
      oversized,
      full,
    });
  } finally {
    await senses.stop();
    file.value.close();
  }
}
