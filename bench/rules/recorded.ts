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

/** Real processes at ordinary work, as `swarms record` sees them. Needs root. */
export async function recordedTraffic(kinds: readonly EventKind[]): Promise<Traffic> {
  const folder = mkdtempSync(join(tmpdir(), "swarms-bench-rules-"));
  const file = join(folder, "recording");
  const args = [MAIN, "record", file, "--events", kinds.join(","), "--seconds", `${(2 * MOST_MS) / 1000}`];
  const recorder = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    await sleep(READY_MS);
    await ended(spawn("sh", [WORK, folder], { stdio: "ignore", timeout: MOST_MS }));
    recorder.kill("SIGINT");
    const code = await ended(recorder);
    if (code !== 0) throw new Error(`swarms record ended with ${code}`);
    return readTraffic(file);
  } finally {
    recorder.kill("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? -1;
}

function readTraffic(file: string): Traffic {
  const opened = openRecordingFile(file);
  if (!opened.ok) throw new Error(opened.says);
  try {
    const recording = openRecording(opened.value);
    if (!recording.ok) throw new Error(recording.says);
    const table = new ProcessTable();
    const decoder = new RecordDecoder();
    const [events, views]: [SensedEvent[], ProcessView[]] = [[], []];
    for (const entry of recording.value.entries()) {
      const message = checkRecorded(entry);
      if (!message.ok) throw new Error(message.says);
      if (message.value.name === "seen") table.seed(message.value.body, entry.wallMs);
      if (message.value.name === "events")
        decoder.decode(message.value.body, (event) => {
          table.apply(event, entry.wallMs);
          events.push(event);
          views.push(asNow(table, processKey(event.process)));
        });
    }
    return { events, views };
  } finally {
    opened.value.close();
  }
}

/** Records change in place: what is known of a line of processes now. */
function asNow(table: ProcessTable, actor: EntityKey): ProcessView {
  const line = new Map<EntityKey, ProcessRecord>();
  let record = table.get(actor);
  while (record !== undefined && line.size < LINE && !line.has(record.key)) {
    line.set(record.key, { ...record });
    record = table.get(record.parent);
  }
  return { get: (key) => line.get(key), lineage: () => [] };
}
