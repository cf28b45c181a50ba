import { createReadStream } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { PAYLOAD_SOURCE } from "./payload.ts";

/** The three loopback ports of the dropper's story: the app's usual endpoint, the download, the far end. */
export interface LoopbackSite {
  readonly usualUrl: string;
  readonly payloadUrl: string;
  readonly farPort: number;
  close(): Promise<void>;
}

export async function openLoopbackSite(on: { download(): void; connect(): void }): Promise<LoopbackSite> {
  const usual = createHttpServer((_, response) => response.end("ok\n"));
  const payload = createHttpServer((_, response) => {
    on.download();
    createReadStream(PAYLOAD_SOURCE)
      .on("error", () => response.destroy())
      .pipe(response);
  });
  const sockets = new Set<Socket>();
  const far = createServer((socket) => {
    on.connect();
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  });
  const [usualPort, payloadPort, farPort] = await Promise.all([usual, payload, far].map((server) => listen(server)));
  return {
    usualUrl: `http://127.0.0.1:${usualPort}/health`,
    payloadUrl: `http://127.0.0.1:${payloadPort}/update`,
    farPort: farPort ?? 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      for (const server of [usual, payload]) server.closeAllConnections();
      await Promise.all([usual, payload, far].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function listen(server: Server | HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
