import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { failed, ok, type Result } from "../../../src/core/errors.ts";
import { end } from "../../../src/lab/crew.ts";
import { monotonicUs } from "../../../src/lab/monotonic.ts";
import { SampleList } from "../sample-log.ts";
import type { Traffic } from "../traffic.ts";

/** pgbench writes its log in pieces of 4 KiB: half a second at 150 lines a second. */
const PATIENCE_MS = 4000;
const LOOK_MS = 100;

/**
 * pgbench's own log (its manual, "Per-Transaction Logging"): at a fixed rate the time of a transaction counts from when it was
 * due, the schedule lag included, so that a server that stalls shows in full. A transaction that never ends is
 * not in it.
 */
export function readPgbenchLog(name: string, path: string, client: ChildProcess): Traffic {
  const list = new SampleList();
  const bytes = Buffer.alloc(1 << 16);
  let file: number | undefined;
  let rest = "";
  let latestUs = 0;

  const readNew = (): void => {
    file ??= openSync(path, "r");
    // The log has the clock of the wall.
    const offsetUs = Date.now() * 1000 - monotonicUs();
    for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) {
      const lines = (rest + bytes.toString("latin1", 0, read)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const sample = sampleOf(line);
        if (sample === undefined) continue;
        latestUs = sample.endUs - offsetUs;
        list.add(latestUs - sample.latencyUs, sample.latencyUs);
      }
    }
  };

  return {
    name,
    // pgbench has one rate for all of its time.
    setLoad: () => {},
    // Its few connections never owe much.
    drained: async () => ok(undefined),
    between: async (fromUs, toUs): Promise<Result<ReturnType<SampleList["between"]>>> => {
      const until = performance.now() + PATIENCE_MS;
      do {
        if (client.exitCode !== null) return failed("SW-LAB", "pgbench ended early");
        readNew();
        if (latestUs > toUs) break;
        await pause(LOOK_MS);
      } while (performance.now() < until);
      return ok(list.between(fromUs, toUs));
    },
    stop: async () => {
      await end(client, 500);
      if (file !== undefined) closeSync(file);
    },
  };
}

/** "client transaction latency script epoch-s epoch-us [lag]"; undefined for a skipped or failed one. */
export function sampleOf(line: string): { readonly endUs: number; readonly latencyUs: number } | undefined {
  const [, , latency, , seconds, microseconds] = line.split(" ");
  const latencyUs = Number(latency);
  const endUs = Number(seconds) * 1e6 + Number(microseconds);
  return latency !== undefined && Number.isFinite(latencyUs) && Number.isFinite(endUs)
    ? { endUs, latencyUs }
    : undefined;
}
