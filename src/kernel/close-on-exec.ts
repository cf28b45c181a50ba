import { readdirSync } from "node:fs";
import { loadLibc } from "./syscall.ts";

const F_SETFD = 2;
const FD_CLOEXEC = 1;

/**
 * Keeps what whoever started this process had left open from the programs that it starts (fcntl(2)): standard input,
 * output and error stay. What Node opens itself is marked already. Gives how many there were.
 */
export function closeOthersOnExec(procRoot = "/proc"): number {
  const fcntl = loadLibc().func("int fcntl(int fd, int command, int flags)") as (...args: number[]) => number;
  const fds = readdirSync(`${procRoot}/self/fd`)
    .map(Number)
    .filter((fd) => fd > 2);
  return fds.filter((fd) => fcntl(fd, F_SETFD, FD_CLOEXEC) === 0).length;
}

/** Hands these on to the program that this process becomes: Node marks all that it was started with. What is not open is left out. */
export function keepOnExec(fds: readonly number[]): void {
  const fcntl = loadLibc().func("int fcntl(int fd, int command, int flags)") as (...args: number[]) => number;
  for (const fd of fds) fcntl(fd, F_SETFD, 0);
}
