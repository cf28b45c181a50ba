import { createServer, type Server, type Socket } from "node:net";
import { failed, ok, type Result } from "../core/errors.ts";
import { parseJson } from "../core/wire/codec.ts";
import {
  CONTROL_ANSWER,
  CONTROL_REQUEST,
  type ControlAnswer,
  controlRequest,
  type ControlRequest,
  MAX_CONTROL_REQUEST,
} from "../core/wire/control.ts";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { listenOn } from "../api/socket.ts";
import { loginUidOf, peerOf } from "../kernel/peer.ts";

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
  const reader = new FrameReader();
  let bytes = 0;
  socket.setTimeout(ASK_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    const frames = reader.push(chunk);
    const [frame] = frames.ok ? frames.value : [];
    if (asker === undefined || !frames.ok || bytes > MAX_CONTROL_REQUEST) socket.destroy();
    else if (frame !== undefined) {
      socket.removeAllListeners("data");
      const request = frame.type === CONTROL_REQUEST ? readRequest(frame.payload) : undefined;
      if (request === undefined) socket.destroy();
      else send(socket, request.ok ? answer(request.value, asker) : request);
    }
  });
}

function send(socket: Socket, said: ControlAnswer): void {
  socket.end(encodeFrame(CONTROL_ANSWER, new TextEncoder().encode(JSON.stringify(said))));
}

function readRequest(payload: Uint8Array): Result<ControlRequest> | undefined {
  const json = parseJson(payload);
  if (!json.ok) return undefined;
  const checked = controlRequest.safeParse(json.value);
  return checked.success ? ok(checked.data) : failed("SW-WIRE", checked.error.issues[0]?.message ?? "not a request");
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
