import { Agent as HttpAgent, type IncomingMessage, request as http } from "node:http";
import { Agent as HttpsAgent, request as https } from "node:https";
import { connect } from "node:net";

/** A page, or the answer to a probe, is read no further than this. */
const MAX_BYTES = 4 << 20;
const MAX_CONNECTIONS = 64;

const agents = {
  http: new HttpAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS }),
  https: new HttpsAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS }),
} as const;

/** Once only, whatever comes first. */
function once<T>(call: (value: T) => void): (value: T) => void {
  let done = false;
  return (value) => {
    if (!done) call(value);
    done = true;
  };
}

/** GET; `end` is told the body, or undefined where there was no whole answer in time, or one of a server in trouble (5xx). Redirects are not followed: they lead where nobody named. */
export function getPage(url: string, timeoutMs: number, end: (body: string | undefined) => void): void {
  const finish = once(end);
  const isSecure = url.startsWith("https:");
  const take = (response: IncomingMessage): void => {
    const parts: Buffer[] = [];
    let bytes = 0;
    response.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_BYTES) response.destroy();
      else parts.push(part);
    });
    response.on("end", () => finish((response.statusCode ?? 500) >= 500 ? undefined : Buffer.concat(parts).toString()));
    response.on("close", () => finish(undefined));
  };
  const options = { timeout: timeoutMs, agent: isSecure ? agents.https : agents.http, headers: { accept: "*/*" } };
  const asked = isSecure ? https(url, options, take) : http(url, options, take);
  const late = setTimeout(() => asked.destroy(), timeoutMs);
  asked.on("error", () => finish(undefined));
  asked.on("close", () => {
    clearTimeout(late);
    finish(undefined);
  });
  asked.end();
}

/** Connects anew, sends, and is told true at the first byte that comes back; where nothing is to be sent, when connected. */
export function knock(address: string, send: string | undefined, timeoutMs: number, end: (ok: boolean) => void): void {
  const finish = once(end);
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  const socket = connect({ host, port: Number(address.slice(colon + 1)), noDelay: true });
  const close = (ok: boolean): void => {
    finish(ok);
    socket.destroy();
  };
  socket.setTimeout(timeoutMs, () => close(false));
  socket.on("connect", () => (send === undefined ? close(true) : socket.write(send)));
  socket.on("data", () => close(true));
  socket.on("error", () => close(false));
  socket.on("close", () => finish(false));
}
