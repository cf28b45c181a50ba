import { createServer, type Server, type Socket } from "node:net";
import { ok, type Result } from "../core/errors.ts";
import { CONTROL_ANSWER, type ControlAnswer, type ControlRequest } from "../core/wire/control.ts";
import { encodeFrame } from "../core/wire/frame.ts";
import { listenOn } from "../api/socket.ts";
import { loginUidOf, peerOf } from "../kernel/peer.ts";
import { RequestReader } from "./control-request.ts";

/** Connections at once, and how long one may take to ask. */
const MAX_CONNECTIONS = 16;
const ASK_MS = 2000;

/** Who asks, for the journal and for the rule of two people. */
export interface Asker {
  /** "login 1000 (uid 0)": the same person for every shell and every sudo of one login. */
  readonly name: string;
  /** False where this host notes no logins: then people cannot be told apart. */
  readonly known: boolean;
}

export interface Control {
  close(): void;
}

/**
 * The warden's own socket, for root alone (mode 0600): one request, one answer, then it is closed. Malformed, slow or
 * too long requests get no answer at all.
 */
export async function openControl(
  path: string,
  answer: (request: ControlRequest, asker: Asker) => ControlAnswer,
  procRoot = "/proc",
): Promise<Result<Control>> {
  const server: Server = createServer((socket) => serve(socket, answer, procRoot));
  server.maxConnections = MAX_CONNECTIONS;
  const listening = await listenOn(server, path);
  if (!listening.ok) return listening;
  server.unref();
  return ok({
    close: () => {
      listening.value.unlink();
      server.close();
    },
  });
}

function serve(
  socket: Socket,
  answer: (request: ControlRequest, asker: Asker) => ControlAnswer,
  procRoot: string,
): void {
  const asker = askerOf(socket, procRoot);
  const reader = new RequestReader();
  socket.setTimeout(ASK_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    const asked = asker === undefined ? "nonsense" : reader.push(chunk);
    if (asked === "more") return;
    socket.removeAllListeners("data");
    if (asker === undefined || asked === "nonsense") socket.destroy();
    else send(socket, asked.ok ? answer(asked.value, asker) : asked);
  });
}

function send(socket: Socket, said: ControlAnswer): void {
  socket.end(encodeFrame(CONTROL_ANSWER, new TextEncoder().encode(JSON.stringify(said))));
}

/** Root only, whatever the socket's mode was changed to. */
function askerOf(socket: Socket, procRoot: string): Asker | undefined {
  const { fd } = (socket as unknown as { _handle?: { fd?: number } })._handle ?? {};
  const peer = fd === undefined ? undefined : peerOf(fd);
  if (peer === undefined || peer.uid !== 0) return undefined;
  const login = loginUidOf(peer.pid, procRoot);
  return login === undefined
    ? { name: `uid ${peer.uid}`, known: false }
    : { name: `login ${login} (uid ${peer.uid})`, known: true };
}
