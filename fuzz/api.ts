import type { Hono } from "hono";
import { failed, ok } from "../src/core/errors.ts";
import { FrameStream } from "../src/api/frame-stream.ts";
import type { LayerPort } from "../src/api/port.ts";
import { createRoutes } from "../src/api/routes.ts";
import { busyStatus } from "../src/api/status.fixture.ts";
import type { Target } from "./target.ts";

const ASKED = [
  "GET /status\n\n",
  "GET /metrics\n\n",
  "GET /incidents?limit=7\n\n",
  "GET /incidents/i-7k2m9q\n\n",
  "GET /explain/c-0017?x=%41\n\n",
  'POST /undo/c-0017\ncontent-type: application/json\n\n{"by":"ada"}',
  'POST /restore\ncontent-length: 12\n\n{"by":"root"}',
  "GET /processes?since=12\n\n",
  "GET /live\n\n",
  "DELETE /healthz\nhost: [::1]:80\n\n",
];

/** Requests to the API, from the method to the body: "METHOD PATH", headers, an empty line, the body. */
export function apiTarget(): Target {
  const layer = fixtureLayer();
  const streams = { status: new FrameStream(layer.live), live: new FrameStream(layer.live) };
  const routes = createRoutes(layer, streams);
  return { seeds: ASKED.map((text) => Buffer.from(text)), run: (input) => answered(routes, input) };
}

async function answered(routes: Hono, input: Uint8Array): Promise<void> {
  const text = Buffer.from(input).toString("latin1");
  const [head = "", body] = [text.split("\n\n", 1)[0], text.slice(text.indexOf("\n\n") + 2)];
  const request = requestOf(head, body);
  // What no HTTP server would let through is not the API's to refuse.
  if (request === undefined) return;
  const response = await routes.fetch(request);
  if (response.status === 500) throw new Error(`internal error: ${await response.text()}`);
  if (response.headers.get("content-type") === "text/event-stream") await response.body?.cancel();
  else await response.text();
}

function requestOf(head: string, body: string): Request | undefined {
  const [first = "", ...lines] = head.split("\n");
  const space = first.indexOf(" ");
  const method = first.slice(0, space);
  try {
    const headers = new Headers(
      lines.map((line): [string, string] => [line.split(":")[0]!, line.replace(/^[^:]*:/, "")]),
    );
    const carries = method !== "GET" && method !== "HEAD";
    const sent = carries ? { body: Buffer.from(body, "latin1") } : {};
    return new Request(`http://localhost${first.slice(space + 1)}`, { method, headers, ...sent });
  } catch {
    return undefined;
  }
}

function fixtureLayer(): LayerPort {
  return {
    status: () => busyStatus,
    incidents: (limit) => busyStatus.incidents.latest.slice(0, limit),
    incident: (id) => busyStatus.incidents.latest.find((incident) => incident.id === id),
    explain: async (id) =>
      id === "c-0017" ? ok({ id, subject: "change", title: "t", lines: [] }) : failed("SW-NOT-FOUND", id),
    judge: async (id, status) => ({ request: "r", ok: true, code: "", says: `${id} ${status}` }),
    undo: async (id) => ({ request: "r", ok: id === "c-0017", code: "SW-NOT-FOUND", says: id }),
    trails: () => [],
    profiles: () => ({ profiles: [], turnedAway: 0, untold: 0, unplaced: 0, refused: 0 }),
    profile: () => undefined,
    freezeProfile: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    resetProfile: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    confirm: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    memories: () => [],
    forget: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    deleteTrail: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    restore: async (by) => ({ request: "r", ok: true, code: "", says: by }),
    changes: () => [],
    processes: () => ({ cursor: 1, whole: true, rows: [], gone: [] }),
    live: { first: () => ({}), next: () => ({}), subscribe: () => () => undefined },
    subscribe: () => () => {},
  };
}
