import { uptime } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { type EventKind, SHOWN_KINDS } from "../core/event-kinds.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { NO_LOSSES, type Losses, type ReadingBatch } from "../core/reading.ts";
import { encodeEvents, encodeMessage } from "../core/wire/codec.ts";
import { encodeList } from "../core/wire/list-frames.ts";
import type { Hello } from "../core/wire/messages.ts";
import { createRecordingFile } from "../hive/recording/file.ts";
import { LIMITS } from "../hive/recording/format.ts";
import { beginRecording } from "../hive/recording/recorder.ts";
import type { RecordingWriter } from "../hive/recording/writer.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { snapshotProcesses } from "../senses/snapshot.ts";
import { startSenses, type WardenSenses } from "../warden/senses.ts";

export interface RecordOptions {
  readonly file: string;
  readonly force: boolean;
  readonly version: string;
  readonly config: Config;
  /** What is sensed; SHOWN_KINDS where left out. */
  readonly kinds?: readonly EventKind[];
  readonly clock: Clock;
  readonly procRoot?: string;
  /** Of a layer that runs beside: what it does itself is then no news in a replay either. */
  readonly wardenPid?: number;
  /** About where it ends by itself; LIMITS.file where left out. */
  readonly maxBytes?: number;
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
  const senses = startSenses({
    config,
    fs,
    procRoot,
    clock,
    log,
    wants: options.kinds ?? SHOWN_KINDS,
    records: "batches",
  });
  try {
    const beganMs = clock.monoMs();
    const begun = beginRecording(file.value.sink, clock, helloOf(options, senses), snapshotProcesses({ procRoot }));
    if (!begun.ok) return begun;
    const tape = new Tape(begun.value, options.maxBytes ?? LIMITS.file, () => snapshotProcesses({ procRoot }));
    // In the same turn as the snapshot: what happened since the senses began still waits to be handed out.
    senses.run(tape);
    await tape.until(options.ending);
    const ended = tape.end();
    if (!ended.ok) return ended;
    return ok({ file: options.file, source: senses.source, ms: clock.monoMs() - beganMs, ...ended.value });
  } finally {
    await senses.stop();
    file.value.close();
  }
}

function helloOf(
  { version, config, clock, wardenPid = 0 }: RecordOptions,
  { source, missing }: WardenSenses,
): Omit<Hello, "folder"> {
  const bootWallMs = clock.wallMs() - uptime() * 1000;
  return { version, config, events: source, missing, bootWallMs, wardenPid };
}

/** Takes what the senses hand out until it is full, cannot be written, or is told to end. */
class Tape {
  private readonly writer: RecordingWriter;
  private readonly maxBytes: number;
  private readonly look: () => readonly SeenProcess[];
  private readonly stopped = Promise.withResolvers<void>();
  private state: Result<void> = ok(undefined);
  private last: Pick<ReadingBatch, "events" | "losses"> = { events: {}, losses: NO_LOSSES };
  private afterReadings: () => void = () => undefined;

  constructor(writer: RecordingWriter, maxBytes: number, look: () => readonly SeenProcess[]) {
    this.writer = writer;
    this.maxBytes = maxBytes;
    this.look = look;
  }

  onRecords(records: Uint8Array): void {
    this.add(encodeEvents(records));
  }

  onSensed(events: readonly SensedEvent[]): void {
    for (const frame of encodeList("sensed", events)) this.add(frame);
  }

  onReadings(batch: ReadingBatch): void {
    this.last = batch;
    this.add(encodeMessage("readings", batch));
    this.afterReadings();
  }

  onIdentityLost(): void {
    for (const frame of encodeList("seen", this.look())) this.add(frame);
  }

  async until(ending: Promise<unknown>): Promise<void> {
    const flushing = setInterval(() => this.check(this.writer.flush()), FLUSH_MS);
    await Promise.race([ending, this.stopped.promise]);
    const complete = new Promise<void>((resolve) => {
      this.afterReadings = resolve;
    });
    await Promise.race([complete, this.stopped.promise, sleep(LAST_READINGS_MS, undefined, { ref: false })]);
    clearInterval(flushing);
  }

  end(): Result<Omit<RecordSummary, "file" | "source" | "ms">> {
    const ended = this.writer.end();
    const { bytes, oversized } = this.writer;
    if (!ended.ok) return failed(ended.code, `${ended.says}; ${bytes} bytes were written before`);
    const { events, losses } = this.last;
    return ok({ bytes, events, losses, oversized, full: this.isFull() });
  }

  private add(frame: Uint8Array): void {
    if (this.state.ok && !this.isFull()) this.check(this.writer.add(frame));
  }

  private check(state: Result<void>): void {
    this.state = state;
    if (!state.ok || this.isFull()) this.stopped.resolve();
  }

  private isFull(): boolean {
    return this.writer.bytes > this.maxBytes;
  }
}
