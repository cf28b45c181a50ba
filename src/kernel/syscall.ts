import koffi, { type LibraryHandle } from "koffi";
import { getSystemErrorName } from "node:util";

/** System calls that libc has no wrapper for, or none on the oldest supported release. The same numbers on every architecture (since 5.1). */
const NUMBERS = { pidfd_send_signal: 424, pidfd_open: 434 } as const;

let libc: LibraryHandle | undefined;

/** The C library that Node itself runs on. */
export function loadLibc(): LibraryHandle {
  libc ??= koffi.load("libc.so.6");
  return libc;
}

/** The value, or the error's name ("ESRCH"). */
export type SyscallResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly errno: string };

type Raw = (number: number, ...args: (number | bigint | null)[]) => number | bigint;
let raw: Raw | undefined;

/** One system call with up to four integer or NULL arguments. */
export function syscall(name: keyof typeof NUMBERS, a: number, b: number, c = 0, d = 0): SyscallResult {
  raw ??= loadLibc().func("long syscall(long number, long a, long b, long c, long d)");
  const value = Number(raw(NUMBERS[name], a, b, c, d));
  return checked(value);
}

/** For a libc function that returned -1: reads errno, so it must be the very next thing called. */
export function checked(value: number): SyscallResult {
  return value === -1 ? { ok: false, errno: errnoName(koffi.errno()) } : { ok: true, value };
}

/** "EPERM" for 1 or -1. */
export function errnoName(errno: number): string {
  const value = Math.abs(errno);
  // libbpf has numbers of its own above 4000, which no table here knows.
  return value > 0 && value < 4000 ? getSystemErrorName(-value) : `error ${value}`;
}

/** errno of the call just made. */
export function lastErrno(): string {
  return errnoName(koffi.errno());
}
