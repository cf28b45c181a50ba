import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ProcessRecord, ProcessView } from "../../src/core/agent.ts";
import { type EntityKey, processKey } from "../../src/core/entity.ts";
import type { EventKind } from "../../src/core/event-kinds.ts";
import type { SensedEvent } from "../../src/core/event.ts";
import { openRecordingFile } from "../../src/hive/recording/file.ts";
import { openRecording } from "../../src/hive/recording/reader.ts";
import { checkRecorded } from "../../src/hive/recording/schema.ts";
import { RecordDecoder } from "../../src/senses/decode.ts";
import { ProcessTable } from "../../src/senses/process-table.ts";
import type { Traffic } from "./traffic.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const WORK = fileURLToPath(new URL("ordinary-work.sh", import.meta.url));
const READY_MS = 3000;
const MOST_MS = 60_000;
/** Ancestors that are kept with an event. */
const LINE = 32;

export interface RecordedTraffic extends Traffic {
  /** Without what the rest of the host did meanwhile: only what came of the work that was started here. */
  readonly work: Traffic;
}

let recorded: Promise<RecordedTraffic> | undefined;

/** The same recording for every part; undefined without root. */
export function recordedOnce(kinds: readonly EventKind[]): Promise<RecordedTraffic> | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return (recorded ??= recordedTraffic(kinds));
}

/** Real processes at ordinary work, as `swarms record` sees them, with all else that the host does. Needs root. */
async function recordedTraffic(kinds: readonly EventKind[]): Promise<RecordedTraffic> {
  const folder = mkdtempSync(join(tmpdir(), "swarms-bench-rules-"));
  const file = join(folder, "recording");
  const args = [MAIN, "record", file, "--events", kinds.join(","), "--seconds", `${(2 * MOST_MS) / 1000}`];
  const recorder = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    await sleep(READY_MS);
    const work = spawn("sh", [WORK, folder], { stdio: "ignore", timeout: MOST_MS });
    await ended(work);
    recorder.kill("SIGINT");
    const code = await ended(recorder);
    if (code !== 0) throw new Error(`swarms record ended with ${code}`);
    const traffic = readTraffic(file);
    return { ...traffic, work: only(traffic, (at) => traffic.roots[at]?.has(work.pid ?? 0) === true) };
  } finally {
    recorder.kill("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? -1;
}

function only({ events, views }: Traffic, keeps: (at: number) => boolean): Traffic {
  return { events: events.filter((_, at) => keeps(at)), views: views.filter((_, at) => keeps(at)) };
}

interface Read extends Traffic {
  /** For each event, the process ids of the line that it came from. */
  readonly roots: readonly ReadonlySet<number>[];
}

export function readTraffic(file: string): Read {
  const opened = openRecordingFile(file);
  if (!opened.ok) throw new Error(opened.says);
  try {
    const recording = openRecording(opened.value);
    if (!recording.ok) throw new Error(recording.says);
    const table = new ProcessTable();
    const decoder = new RecordDecoder();
    const lines = new Lines(table);
    const [events, views, roots]: [SensedEvent[], ProcessView[], Set<number>[]] = [[], [], []];
    for (const entry of recording.value.entries()) {
      const message = checkRecorded(entry);
      if (!message.ok) throw new Error(message.says);
      if (message.value.name === "seen") table.seed(message.value.body, entry.wallMs);
      if (message.value.name === "events")
        decoder.decode(message.value.body, (event) => {
          table.apply(event, entry.wallMs);
          events.push(event);
          const line = lines.of(processKey(event.process));
          views.push({ get: (key) => line.get(key), lineage: () => [] });
          roots.push(new Set([...line.keys()].map((key) => Number(/^p:(\d+)@/.exec(key)?.[1]))));
        });
    }
    return { events, views, roots };
  } finally {
    opened.value.close();
  }
}

/**
 * What is known of lines of processes at each event. Records change in place, so they are copied; what did not change is shared by all
 * events, as it is on a running host.
 */
class Lines {
  private readonly table: ProcessTable;
  private readonly copies = new Map<EntityKey, ProcessRecord>();
  private readonly known = new Map<EntityKey, ReadonlyMap<EntityKey, ProcessRecord>>();

  constructor(table: ProcessTable) {
    this.table = table;
  }

  of(actor: EntityKey): ReadonlyMap<EntityKey, ProcessRecord> {
    const line = new Map<EntityKey, ProcessRecord>();
    let record = this.table.get(actor);
    while (record !== undefined && line.size < LINE && !line.has(record.key)) {
      line.set(record.key, this.copyOf(record));
      record = this.table.get(record.parent);
    }
    const before = this.known.get(actor);
    const isSame = before?.size === line.size && [...line].every(([key, copy]) => before.get(key) === copy);
    if (before !== undefined && isSame) return before;
    this.known.set(actor, line);
    return line;
  }

  private copyOf(record: ProcessRecord): ProcessRecord {
    const before = this.copies.get(record.key);
    if (before !== undefined && COMPARED.every((field) => before[field] === record[field])) return before;
    const copy = { ...record };
    this.copies.set(record.key, copy);
    return copy;
  }
}

/** All that fields of rules read. */
const COMPARED = ["comm", "path", "parent", "uid", "exe", "cgroup", "details", "container"] as const;
