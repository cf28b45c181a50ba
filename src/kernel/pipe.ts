import { failed, ok, type Result } from "../core/errors.ts";
import { lastErrno, loadLibc } from "./syscall.ts";

/** Two descriptors, neither of which waits; both close at exec unless they are handed on by name. */
export interface PipeEnds {
  readonly readFd: number;
  readonly writeFd: number;
}

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const F_SETPIPE_SZ = 1031;
const FIONREAD = 0x541b;
const SIOCOUTQ = 0x5411;

/** A pipe that holds `bytes` where /proc/sys/fs/pipe-max-size allows it, else the 64 KB of pipe(7). SW-INTERNAL at the limit of open files. */
export function openPipe(bytes: number): Result<PipeEnds> {
  const ends = new Int32Array(2);
  const libc = loadLibc();
  const made = Number(libc.func("int pipe2(int *ends, int flags)")(ends, O_NONBLOCK | O_CLOEXEC));
  if (made !== 0) return failed("SW-INTERNAL", `pipe2: ${lastErrno()}`);
  const [readFd = -1, writeFd = -1] = ends;
  libc.func("int fcntl(int fd, int command, int value)")(writeFd, F_SETPIPE_SZ, bytes);
  return ok({ readFd, writeFd });
}

/**
 * Bytes that were written to a pipe and not read yet (FIONREAD, from either end), or to a socket (SIOCOUTQ, from the
 * writer's: with what the kernel spends on keeping them, so at most that many).
 */
export function unreadBytes(fd: number): number {
  const ioctl = loadLibc().func("int ioctl(int fd, unsigned long request, int *value)");
  const [count = 0] = [FIONREAD, SIOCOUTQ].flatMap((request) => {
    const value = new Int32Array(1);
    return Number(ioctl(fd, request, value)) === 0 && value[0] !== 0 ? [value[0] ?? 0] : [];
  });
  return count;
}
