import { closeSync } from "node:fs";
import { checked, loadLibc } from "./syscall.ts";

/** What a service tells its manager (sd_notify(3)). */
export type ServiceState = "READY=1" | "RELOADING=1" | "STOPPING=1" | "WATCHDOG=1" | `STATUS=${string}`;

export interface ServiceManager {
  /** How often WATCHDOG=1 is expected at the least; undefined where nobody waits for it. */
  readonly watchdogMs: number | undefined;
  /** Never waits: a manager that does not read loses the message. False where it could not be sent. */
  tell(...states: readonly ServiceState[]): boolean;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const MSG_NOSIGNAL = 0x4000;
/** sun_path of sockaddr_un, after the two bytes of the family (unix(7)). */
const PATH_BYTES = 108;

/**
 * The manager that `env` names, taken out of `env` so that nothing started later speaks in this process's name; undefined
 * where there is none. Names that begin with @ are abstract (unix(7)).
 */
export function serviceManager(env: Record<string, string | undefined>, pid: number): ServiceManager | undefined {
  const { NOTIFY_SOCKET: name = "", WATCHDOG_USEC: usec, WATCHDOG_PID: forPid } = env;
  for (const key of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete env[key];
  const address = /^[/@]./.test(name) ? addressOf(name) : undefined;
  if (address === undefined) return undefined;
  const limitMs = Number(usec) / 1000;
  const ours = forPid === undefined || Number(forPid) === pid;
  return {
    watchdogMs: ours && limitMs > 0 ? limitMs : undefined,
    tell: (...states) => send(address, Buffer.from(states.join("\n"))),
  };
}

function addressOf(name: string): Buffer | undefined {
  const path = Buffer.from(name);
  if (path.length >= PATH_BYTES) return undefined;
  if (name.startsWith("@")) path[0] = 0;
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  // A path ends with a zero; an abstract name is as long as it is.
  return Buffer.concat(name.startsWith("@") ? [family, path] : [family, path, Buffer.alloc(1)]);
}

type Call = (...args: readonly (number | Buffer)[]) => number | bigint;
let calls: { readonly socket: Call; readonly sendto: Call } | undefined;

function send(address: Buffer, text: Buffer): boolean {
  calls ??= {
    socket: loadLibc().func("int socket(int, int, int)"),
    sendto: loadLibc().func("long sendto(int, const void *, size_t, int, const void *, unsigned int)"),
  };
  const fd = Number(calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) return false;
  const sent = checked(Number(calls.sendto(fd, text, text.length, MSG_NOSIGNAL, address, address.length)));
  closeSync(fd);
  return sent.ok;
}
