import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { PAYLOAD_SOURCE } from "../payload.ts";
import { ADDRESSES } from "./room-script.ts";

/** What the attacker's machine hands out; all of it harmless and bounded. */
function offers(): ReadonlyMap<string, Buffer | string> {
  const program = readFileSync(PAYLOAD_SOURCE);
  return new Map<string, Buffer | string>([
    ["/payload", program],
    ["/payload.b64", program.toString("base64")],
    ["/payload.gz", gzipSync(program)],
    [
      "/script.sh",
      "id; uname -a; : < /dev/null; i=0; while [ $i -lt 20 ]; do i=$((i+1)); read -r _ < /proc/loadavg; done\n",
    ],
    ["/script.py", "import os, socket\nprint(os.getuid(), os.uname())\n"],
    ["/script.pl", "print $<, $0, qx(id);\n"],
  ]);
}

/** Typed to whoever connects to port 4444. */
const TYPED = ["id\n", "uname -a\n", "cat /etc/passwd\n", "exit\n"];
const TYPE_MS = 150;

/** The attacker's machine and the server's backend, on the room's own loopback device. */
export async function openFarSide(): Promise<void> {
  const files = offers();
  const web = createHttpServer((request, response) => {
    if (request.method !== "GET") return void request.resume().on("end", () => response.end("ok\n"));
    const body = files.get(request.url ?? "");
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? "");
  });
  const backend = createHttpServer((_, response) => response.end("ok\n"));
  const types = createServer((socket) => {
    quiet(socket);
    TYPED.forEach((line, i) => setTimeout(() => socket.writable && socket.write(line), (i + 1) * TYPE_MS));
    socket.resume();
  });
  const pool = createServer((socket) => {
    quiet(socket);
    socket.on("data", () => socket.write('{"id":1,"result":{"job":{"blob":"00"},"status":"OK"}}\n'));
  });
  const silent = createServer((socket) => quiet(socket).resume());
  const ssh = createServer((socket) => quiet(socket).end("SSH-2.0-OpenSSH_9.2\r\n"));
  const doors = [
    [web, 80, ADDRESSES.far],
    [types, 4444, ADDRESSES.far],
    [pool, 3333, ADDRESSES.far],
    [silent, 8443, ADDRESSES.far],
    [ssh, 22, "10.20.0.7"],
    [backend, 8080, ADDRESSES.backend],
  ] as const;
  await Promise.all(
    doors.map(
      ([server, port, host]) =>
        new Promise<void>((resolve, reject) => {
          server.once("error", reject);
          server.listen(port, host, resolve);
        }),
    ),
  );
}

function quiet(socket: Socket): Socket {
  return socket.on("error", () => socket.destroy());
}
