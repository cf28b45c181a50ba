import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { failed, ok } from "../core/errors.ts";
import type { DepositInfo, LiveDocument, SearchInfo } from "../core/live.ts";
import type { Incident } from "../core/incident.ts";
import type { Explanation, StatusDocument } from "../core/status.ts";
import { ApiClient } from "./client.ts";
import { DepositFeed } from "./deposit-feed.ts";
import type { LayerPort } from "./port.ts";
import type { Learned } from "./search.fixture.ts";
import { serveApi } from "./server.ts";
import { busyStatus } from "./status.fixture.ts";

/** A layer that answers from a fixture and remembers what it was asked. */
export class FixtureLayer implements LayerPort {
  readonly asked: string[] = [];
  readonly watchers = new Set<() => void>();
  document: StatusDocument = busyStatus;
  search: SearchInfo | undefined;
  learned: Learned = { trails: [], profiles: [], memories: [] };

  status(): StatusDocument {
    return this.document;
  }
  incidents(limit: number): StatusDocument["incidents"]["latest"] {
    this.asked.push(`incidents ${limit}`);
    return busyStatus.incidents.latest;
  }
  incident(id: string): StatusDocument["incidents"]["latest"][number] | undefined {
    return busyStatus.incidents.latest.find((incident) => incident.id === id);
  }
  async explain(id: string): ReturnType<LayerPort["explain"]> {
    if (id === "c-bug") throw new Error("a defect");
    const incident = this.incident(id);
    if (incident !== undefined) return ok(explainedIncident(incident));
    if (id !== "c-0017") return failed("SW-NOT-FOUND", `nothing is called ${id}`);
    return ok({ id, subject: "change", title: "t", lines: [{ label: "what", text: "cpu.idle" }] });
  }
  async judge(id: string, status: "open" | "dismissed", by: string): ReturnType<LayerPort["judge"]> {
    this.asked.push(`${status} ${id} by ${by}`);
    return { request: "r", ok: id !== "i-none", code: "SW-NOT-FOUND", says: `${id} is ${status}` };
  }
  async undo(id: string, by: string): ReturnType<LayerPort["undo"]> {
    this.asked.push(`undo ${id} by ${by}`);
    const found = id === "c-0017";
    return { request: "r", ok: found, code: found ? "" : "SW-NOT-FOUND", says: found ? "undone" : `no change ${id}` };
  }
  async restore(by: string): ReturnType<LayerPort["restore"]> {
    this.asked.push(`restore by ${by}`);
    return { request: "r", ok: true, code: "", says: "2 changes reverted" };
  }
  async confirm(id: string, by: string): ReturnType<LayerPort["confirm"]> {
    this.asked.push(`confirm ${id} by ${by}`);
    return { request: "r", ok: id !== "i-none", code: "SW-NOT-FOUND", says: `${id} is confirmed` };
  }
  memories(): ReturnType<LayerPort["memories"]> {
    return this.learned.memories;
  }
  async forget(id: string): ReturnType<LayerPort["forget"]> {
    this.asked.push(`forget ${id}`);
    return { request: "r", ok: id !== "i-none", code: "SW-NOT-FOUND", says: `${id} is forgotten` };
  }
  trails(): ReturnType<LayerPort["trails"]> {
    return this.learned.trails;
  }
  async deleteTrail(id: string): ReturnType<LayerPort["deleteTrail"]> {
    this.asked.push(`delete trail ${id}`);
    return { request: "", ok: id !== "t-none", code: "SW-NOT-FOUND", says: `${id} is forgotten` };
  }
  profiles(): ReturnType<LayerPort["profiles"]> {
    return { profiles: this.learned.profiles, turnedAway: 0, untold: 0, unplaced: 0, refused: 0 };
  }
  profile(id: string): ReturnType<LayerPort["profile"]> {
    const path = "/usr/sbin/nginx";
    const counts = { windows: 1, fill: 0, departures: 0, sinceMs: 0, changedMs: 0 };
    return id === "s-1-2-3" ? { id, path, stage: "checking", ...counts, bits: "" } : undefined;
  }
  async freezeProfile(id: string): ReturnType<LayerPort["freezeProfile"]> {
    this.asked.push(`freeze profile ${id}`);
    return { request: "", ok: id === "s-1-2-3", code: "SW-NOT-FOUND", says: "frozen" };
  }
  async resetProfile(id: string): ReturnType<LayerPort["resetProfile"]> {
    this.asked.push(`reset profile ${id}`);
    return { request: "", ok: id === "s-1-2-3", code: "SW-NOT-FOUND", says: "reset" };
  }
  changes(limit: number): ReturnType<LayerPort["changes"]> {
    this.asked.push(`changes ${limit}`);
    return [];
  }
  processes(since: number): ReturnType<LayerPort["processes"]> {
    return { cursor: since + 1, whole: since === 0, rows: this.rows, gone: [] };
  }
  rows: ReturnType<LayerPort["processes"]>["rows"] = [];
  readonly deposits = new DepositFeed<DepositInfo>();
  private liveWith(deposits: readonly DepositInfo[]): LiveDocument {
    const { signals } = this.document;
    const heat = signals.map(({ entity, pheromone, concentration }) => ({ entity, pheromone, concentration }));
    return {
      status: this.document,
      heat,
      deposits,
      depositsTotal: this.deposits.total,
      processes: this.rows.length,
      ...(this.search && { search: this.search }),
    };
  }
  readonly live: LayerPort["live"] = {
    first: () => this.liveWith(this.deposits.latest()),
    next: () => this.liveWith(this.deposits.next()),
    subscribe: (onChange) => this.subscribe(onChange),
  };
  subscribe(onChange: () => void): () => void {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  }
  change(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function explainedIncident(incident: Incident): Explanation {
  const lines = [
    { label: "what", text: incident.says },
    { label: "when", text: "2026-03-01 11:59:18 UTC" },
    ...(incident.techniques ?? []).map((text) => ({ label: "technique", text })),
    { label: "done", text: "nothing: only reported" },
    { label: "look at", text: "ss -tnp shows the connection" },
  ];
  return {
    id: incident.id,
    subject: "incident",
    title: `incident ${incident.id}: open`,
    lines,
    incident: { ...incident, changes: [] },
  };
}

export function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-api-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

export async function serve(t: TestContext, socket = join(folderOf(t), "api.sock")) {
  const layer = new FixtureLayer();
  const served = await serveApi(layer, socket);
  assert.ok(served.ok, served.ok ? "" : served.says);
  t.after(() => served.value.close());
  return { layer, socket, client: new ApiClient(socket), close: () => served.value.close() };
}

/** One exchange as any HTTP client would make it. */
export function raw(
  socketPath: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(holds());
}
