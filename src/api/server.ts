import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { ok, type Result } from "../core/errors.ts";
import { type FrameSource, FrameStream, MAX_SUBSCRIBERS } from "./frame-stream.ts";
import type { LayerPort } from "./port.ts";
import { createRoutes } from "./routes.ts";
import { listenOn } from "./socket.ts";

/** Viewers, and room for commands beside them. */
const MAX_CONNECTIONS = MAX_SUBSCRIBERS + 32;

/** Serves a layer on a Unix socket of mode 0600. Errors: SW-STATE-BUSY, SW-STATE-CREATE. */
export async function serveApi(port: LayerPort, socketPath: string): Promise<Result<{ close(): Promise<void> }>> {
  const streams = { status: new FrameStream(statusOf(port)), live: new FrameStream(port.live) };
  const listener = getRequestListener(createRoutes(port, streams).fetch);
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 10_000, keepAliveTimeout: 2000 },
    (request, response) => {
      void listener(request, response);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  const listening = await listenOn(server, socketPath);
  if (!listening.ok) return listening;
  return ok({
    close: () =>
      new Promise((resolve) => {
        streams.status.close();
        streams.live.close();
        listening.value.unlink();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function statusOf(port: LayerPort): FrameSource {
  const status = (): unknown => port.status();
  return { first: status, next: status, subscribe: (onChange) => port.subscribe(onChange) };
}
