import { loadLibc } from "./syscall.ts";

const F_DUPFD_CLOEXEC = 1030;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_SNDBUFFORCE = 32;

/**
 * Another descriptor for the same open socket, which outlives the one that Node has; undefined at the limit of open files.
 * The socket is asked to hold `bytes` on their way, beyond the host's limit where CAP_NET_ADMIN allows it (socket(7)).
 */
export function duplicateFd(fd: number, bytes: number): number | undefined {
  const libc = loadLibc();
  const copy = Number(libc.func("int fcntl(int fd, int command, int least)")(fd, F_DUPFD_CLOEXEC, 3));
  if (copy < 0) return undefined;
  const set = libc.func("int setsockopt(int fd, int level, int name, const void *value, unsigned int size)");
  const value = new Uint8Array(Int32Array.of(bytes).buffer);
  if (Number(set(copy, SOL_SOCKET, SO_SNDBUFFORCE, value, value.length)) !== 0)
    set(copy, SOL_SOCKET, SO_SNDBUF, value, value.length);
  return copy;
}
