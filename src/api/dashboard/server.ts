import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import type { ApiClient } from "../client.ts";
import { FrameStream, MAX_SUBSCRIBERS } from "../frame-stream.ts";
import { openStream } from "../routes.ts";
import { loadAssets, type Asset } from "./assets.ts";
import { createAsks, fail, type People } from "./asks.ts";
import { type Asked, Gate, REFUSALS, strange } from "./gate.ts";
import { SECURITY_HEADERS } from "./headers.ts";
import { Relay } from "./relay.ts";

/** Free for whoever needs it on most hosts; where it is taken, any other does. */
export const USUAL_PORT = 4780;
const LOOPBACK = "127.0.0.1";
const MAX_CONNECTIONS = MAX_SUBSCRIBERS + 64;

export interface DashboardOptions {
  readonly client: ApiClient;
  readonly people: People;
  /** 0: any; undefined: the usual one, else any. */
  readonly port?: number;
  readonly assets?: ReadonlyMap<string, Asset>;
}

export interface Dashboard {
  readonly port: number;
  /** With the token. */
  readonly link: string;
  readonly stream: FrameStream;
  close(): Promise<void>;
}

/** Serves the page on loopback to whoever has the link. SW-PORT-TAKEN where a port that was asked for is not free. */
export async function serveDashboard(options: DashboardOptions): Promise<Result<Dashboard>> {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 10_000, keepAliveTimeout: 5000 });
  server.maxConnections = MAX_CONNECTIONS;
  const listening = await listen(server, options.port);
  if (!listening.ok) return listening;
  const port = listening.value;
  const gate = new Gate(port);
  const stream = new FrameStream(new Relay(options.client));
  const app = createApp(gate, stream, options);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on("request", (request, response) => void listener(request, response));
  return ok({
    port,
    link: `http://${LOOPBACK}:${port}/?token=${gate.token}`,
    stream,
    close: () =>
      new Promise((resolve) => {
        stream.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function createApp(gate: Gate, stream: FrameStream, { client, people, assets = loadAssets() }: DashboardOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    const asked = askedOf(c);
    const token = c.req.path === "/" && c.req.method === "GET" ? c.req.query("token") : undefined;
    if (token !== undefined && strange(asked) === undefined) return enter(c, gate.open(token));
    const refusal = gate.refusal(asked);
    if (refusal === undefined) return next();
    const { status, says } = REFUSALS[refusal];
    return c.text(`${says}\n`, status);
  });
  app.get("/api/live", (c) => openStream(c, stream));
  app.route("/api", createAsks(client, people));
  app.get("*", (c) => {
    // Browsers ask for it besides, when the page comes before they have read which icon it names.
    const asset = assets.get(c.req.path === "/favicon.ico" ? "/icon.svg" : c.req.path);
    if (asset === undefined) return c.text("there is nothing of that name\n", 404);
    return c.body(asset.body, 200, { "content-type": asset.type });
  });
  app.onError((_error, c) => fail(c, "SW-INTERNAL", "the page's server met a defect"));
  return app;
}

function askedOf(c: Context): Asked {
  return {
    method: c.req.method,
    host: c.req.header("host"),
    origin: c.req.header("origin"),
    cookie: c.req.header("cookie"),
    site: c.req.header("sec-fetch-site"),
  };
}

/**
 * The cookie, and on to the page without the token. Not by a redirect: a link that was followed from another page (a
 * terminal in a browser, a wiki) would take the new cookie along only from the second request on.
 */
function enter(c: Context, cookie: string | undefined): Response {
  if (cookie === undefined) return c.text(`${REFUSALS.token.says}\n`, REFUSALS.token.status);
  const page =
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>swarms</title>';
  return c.html(page, 200, { "set-cookie": cookie });
}

function listen(server: Server, port: number | undefined): Promise<Result<number>> {
  const attempt = (wanted: number): Promise<Result<number>> =>
    new Promise((resolve) => {
      const refused = (error: Error): void =>
        resolve(failed("SW-PORT-TAKEN", `${LOOPBACK} port ${wanted}: ${errnoOf(error) || error.message}`));
      server.once("error", refused);
      server.listen(wanted, LOOPBACK, () => {
        server.off("error", refused);
        const address = server.address();
        resolve(ok(typeof address === "object" && address !== null ? address.port : wanted));
      });
    });
  if (port !== undefined) return attempt(port);
  return attempt(USUAL_PORT).then((first) => (first.ok ? first : attempt(0)));
}
