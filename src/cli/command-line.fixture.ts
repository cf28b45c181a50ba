import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { LayerPort } from "../api/port.ts";
import { serveApi } from "../api/server.ts";
import { busyStatus } from "../api/status.fixture.ts";
import { systemClock } from "../core/clock.ts";
import { failed, ok } from "../core/errors.ts";
import { openJournal } from "../guard/journal/journal.ts";
import type { IntentBody } from "../guard/journal/record.ts";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "main.ts");

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a shell would, its output piped. */
export function swarms(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeoutMs = 30_000,
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8", COLUMNS: "80", ...env },
      timeout: timeoutMs,
    };
    const flags = ["--disable-warning=ExperimentalWarning", MAIN];
    execFile(process.execPath, [...flags, ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

export function stateOf(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "swarms-cli-"));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  mkdirSync(join(dir, "hive"));
  return dir;
}

export const INTENT: IntentBody = {
  kind: "cpu.idle",
  cgroup: "/swarms-none",
  inode: 1,
  from: "0",
  to: "1",
  setting: "1",
  before: "0",
  baseline: "0",
  leaseMs: 10_000,
  agent: "reflex",
  reason: "redis waits",
  evidence: [],
  processes: 1,
};

export const PROFILE = {
  id: "s-2049-1234-1700000000000",
  path: "/usr/sbin/nginx",
  stage: "checking",
  windows: 120_000,
  fill: 0.012,
  departures: 3,
  sinceMs: 1_700_000_000_000,
  changedMs: 0,
} as const;

export const TRAIL = {
  id: "t-7k2m9q",
  shape: "2 CPUs; batch /jobs; latency redis /redis",
  load: 11,
  settings: [{ kind: "sched.slice", entity: "w:/jobs", value: 30_000 }],
  gain: 0.121,
  interval: [0.08, 0.16],
  pairs: 9,
  wins: 2,
  failures: 0,
  strength: 1.5,
  atMs: 0,
} as const;

/** A layer that answers under a state folder, with the change c-0002 in its journal; one that lies leaves it there. */
export async function layerIn(t: TestContext, honest = true): Promise<{ state: string; asked: string[] }> {
  const state = stateOf(t);
  const journal = openJournal(join(state, "journal"), { clock: systemClock });
  assert.ok(journal.ok);
  t.after(() => journal.value.close());
  journal.value.append("intent", INTENT);
  const revert = (cause: "undo" | "restore"): void => {
    const body = { action: "c-0002", cause, written: true, raw: "0", says: "back", by: "", renewals: 0 };
    if (honest) journal.value.append("revert", body);
  };
  const asked: string[] = [];
  const [incident] = busyStatus.incidents.latest;
  const layer: LayerPort = {
    status: () => busyStatus,
    incidents: (limit) => busyStatus.incidents.latest.slice(0, limit),
    incident: (id) => (id === incident?.id ? incident : undefined),
    explain: async (id) =>
      id === "c-0017"
        ? ok({
            id,
            subject: "change",
            title: "cpu.idle 0 → 1",
            lines: [
              { label: "why", text: "redis waits" },
              { label: "undo", text: `swarms undo ${id}` },
            ],
          })
        : failed("SW-NOT-FOUND", `nothing is called ${id}`),
    judge: async (id, status, by) => {
      asked.push(`${status} ${id} by ${by}`);
      return { request: "", ok: true, code: "", says: `${id} is ${status}` };
    },
    undo: async (id, by) => {
      asked.push(`undo ${id} by ${by}`);
      if (id === "c-0002") revert("undo");
      return { request: "", ok: id === "c-0002", code: id === "c-0002" ? "" : "SW-NOT-FOUND", says: `about ${id}` };
    },
    trails: () => [TRAIL],
    profiles: () => ({ profiles: [PROFILE], turnedAway: 1, untold: 0, unplaced: 0, refused: 0 }),
    profile: (id) => (id === PROFILE.id ? { ...PROFILE, bits: "AAAA" } : undefined),
    freezeProfile: async (id) => {
      asked.push(`freeze profile ${id}`);
      return { request: "r", ok: true, code: "", says: `${id} is frozen` };
    },
    resetProfile: async (id) => {
      asked.push(`reset profile ${id}`);
      return { request: "r", ok: true, code: "", says: `${id} is learned anew` };
    },
    confirm: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    memories: () => [],
    forget: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    deleteTrail: async (id) => {
      asked.push(`delete trail ${id}`);
      return { request: "", ok: true, code: "", says: `${id} is forgotten` };
    },
    restore: async (by) => {
      asked.push(`restore by ${by}`);
      revert("restore");
      return { request: "", ok: true, code: "", says: "1 change reverted" };
    },
    changes: () => [],
    processes: () => ({ cursor: 1, whole: true, rows: [], gone: [] }),
    live: { first: () => ({}), next: () => ({}), subscribe: () => () => undefined },
    subscribe: () => () => undefined,
  };
  const served = await serveApi(layer, join(state, "hive/api.sock"));
  assert.ok(served.ok);
  t.after(() => served.value.close());
  return { state, asked };
}
