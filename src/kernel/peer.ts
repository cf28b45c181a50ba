import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadLibc } from "./syscall.ts";

/** Who is at the other end of a Unix socket, as the kernel noted it at connect(2). */
export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** (uid_t) -1: no login was ever noted (a service, or a host without pam_loginuid). */
const NO_LOGIN = 4_294_967_295;

type GetSockOpt = (fd: number, level: number, name: number, value: Uint8Array, size: Uint32Array) => number;
let getsockopt: GetSockOpt | undefined;

/** SO_PEERCRED (unix(7)); undefined where the descriptor is no connected Unix socket. */
export function peerOf(fd: number): Peer | undefined {
  getsockopt ??= loadLibc().func("int getsockopt(int fd, int level, int name, void *value, void *size)") as GetSockOpt;
  const value = new Uint8Array(12);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, Uint32Array.of(value.length)) !== 0) return undefined;
  const view = new DataView(value.buffer);
  const [pid, uid, gid] = [view.getInt32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  return pid > 0 ? { pid, uid, gid } : undefined;
}

/**
 * The user that logged in, whoever they have become since: /proc/PID/loginuid, which sudo and su keep and only
 * CAP_AUDIT_CONTROL can change (proc_pid_loginuid(5)). Undefined where no login was noted.
 */
export function loginUidOf(pid: number, procRoot = "/proc"): number | undefined {
  try {
    const uid = Number(readFileSync(join(procRoot, String(pid), "loginuid"), "utf8"));
    return Number.isInteger(uid) && uid >= 0 && uid !== NO_LOGIN ? uid : undefined;
  } catch {
    return undefined;
  }
}
