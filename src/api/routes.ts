import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ErrorCode } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { Answer } from "../core/wire/messages.ts";
import type { FrameStream } from "./frame-stream.ts";
import { renderMetrics } from "./metrics.ts";
import type { LayerPort } from "./port.ts";
import { httpStatus, isErrorCode, problem } from "./problem.ts";

const MAX_BODY_BYTES = 1024;
/** Of a list that grows without end. */
const MAX_LISTED = 500;
/** Names of incidents and changes, such as "i-7k2m9q" and "c-0017". */
const ID = ":id{[A-Za-z0-9._-]{1,64}}";

export interface Streams {
  readonly status: FrameStream;
  readonly live: FrameStream;
}

/** The whole API: what can be asked of a running layer. */
export function createRoutes(port: LayerPort, streams: Streams): Hono {
  const routes = new Hono();
  routes.get("/healthz", (c) => c.json({ ok: true, version: port.status().version }));
  routes.get("/status", (c) => c.json(port.status()));
  routes.get("/incidents", (c) => c.json(port.incidents(limitOf(c.req.query("limit")))));
  routes.get(`/incidents/${ID}`, (c) => {
    const incident = port.incident(c.req.param("id"));
    return incident === undefined ? fail(c, "SW-NOT-FOUND", `no incident ${c.req.param("id")}`) : c.json(incident);
  });
  routes.get(`/explain/${ID}`, async (c) => {
    const explained = await port.explain(c.req.param("id"));
    return explained.ok ? c.json(explained.value) : fail(c, explained.code, explained.says);
  });
  routes.get("/memory", (c) => c.json(port.memories()));
  routes.get("/trails", (c) => c.json(port.trails()));
  routes.get("/sequences", (c) => c.json(port.profiles()));
  routes.get(`/sequences/${ID}`, (c) => {
    const profile = port.profile(c.req.param("id"));
    return profile === undefined ? fail(c, "SW-NOT-FOUND", `no profile ${c.req.param("id")}`) : c.json(profile);
  });
  routes.get("/metrics", (c) =>
    c.text(renderMetrics(port.status()), 200, { "content-type": "text/plain; version=0.0.4" }),
  );
  routes.get("/changes", (c) => c.json(port.changes(limitOf(c.req.query("limit")))));
  routes.get("/processes", (c) => c.json(port.processes(cursorOf(c.req.query("since")))));
  routes.get("/stream", (c) => openStream(c, streams.status));
  routes.get("/live", (c) => openStream(c, streams.live));

  const limited = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => fail(c, "SW-USAGE", `a request may hold at most ${MAX_BODY_BYTES} bytes`),
  });
  routes.post(`/undo/${ID}`, limited, async (c) => answer(c, await port.undo(c.req.param("id"), await askedBy(c))));
  for (const [verb, status] of [
    ["dismiss", "dismissed"],
    ["reopen", "open"],
  ] as const)
    routes.post(`/${verb}/${ID}`, limited, async (c) =>
      answer(c, await port.judge(c.req.param("id"), status, await askedBy(c))),
    );
  routes.post(`/confirm/${ID}`, limited, async (c) =>
    answer(c, await port.confirm(c.req.param("id"), await askedBy(c))),
  );
  routes.post(`/memory/${ID}/forget`, limited, async (c) => answer(c, await port.forget(c.req.param("id"))));
  routes.post(`/trails/${ID}/delete`, limited, async (c) => answer(c, await port.deleteTrail(c.req.param("id"))));
  routes.post(`/sequences/${ID}/freeze`, limited, async (c) => answer(c, await port.freezeProfile(c.req.param("id"))));
  routes.post(`/sequences/${ID}/reset`, limited, async (c) => answer(c, await port.resetProfile(c.req.param("id"))));
  routes.post("/restore", limited, async (c) => answer(c, await port.restore(await askedBy(c))));

  routes.notFound((c) => fail(c, "SW-NOT-FOUND", `nothing answers ${c.req.method} ${printable(c.req.path, 80)}`));
  routes.onError((error, c) => fail(c, "SW-INTERNAL", printable(error.message, 200)));
  return routes;
}

export function openStream(c: Context, stream: FrameStream): Response {
  const body = stream.open();
  if (body === undefined) return fail(c, "SW-API-BUSY", `there are already ${stream.size} viewers`);
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}

function answer(c: Context, { ok, code, says }: Answer): Response {
  if (!ok) return fail(c, isErrorCode(code) ? code : "SW-INTERNAL", says);
  return c.json({ ok, says });
}

function fail(c: Context, code: ErrorCode, says: string): Response {
  return c.json(problem(code, says), httpStatus(code));
}

function limitOf(text = "50"): number {
  const limit = Number(text);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, MAX_LISTED) : 50;
}

function cursorOf(text = "0"): number {
  const cursor = Number(text);
  return Number.isSafeInteger(cursor) && cursor > 0 ? cursor : 0;
}

/** Who asked, as they say: for the record, not for any decision. */
async function askedBy(c: Context): Promise<string> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const by = typeof body === "object" && body !== null && "by" in body ? body.by : undefined;
  return typeof by === "string" && by !== "" ? printable(by, 100) : "the API";
}
