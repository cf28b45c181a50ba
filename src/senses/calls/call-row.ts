import type { CallKind } from "../../core/event-kinds.ts";
import type { RULES } from "./records.ts";

/** Number or numbers of a call: 32-bit entries often have an older and a newer one. */
type Numbers = number | readonly number[];

/**
 * One system call. Arguments are counted from 0, as in the manual page. What is left out, the call does not have.
 */
export interface CallRow {
  readonly call: string;
  /** "open" is told as open.read, open.write or open.failed; "writes" is counted only, of rule "truncate" both. */
  readonly kind: CallKind | "open" | "writes";
  /** On x86-64 (arch/x86/entry/syscalls/syscall_64.tbl), where x32 has a number of its own both. */
  readonly x64?: Numbers;
  /** By the 32-bit entry of x86-64 (syscall_32.tbl). */
  readonly i386?: Numbers;
  readonly arm64?: number;
  /** Number within socketcall(2), the 32-bit entry's older way to sockets. */
  readonly socketcall?: number;
  /** Opcodes of io_uring that do the same (io_uring_enter(2)). */
  readonly uring?: Numbers;
  /** How many arguments it has. */
  readonly args: number;
  readonly rule?: (typeof RULES)[number];
  /** Text in user memory: a path, or another name. */
  readonly path?: number;
  readonly path2?: number;
  /** The descriptor that a relative path begins at; told as `fd` where the path is relative. */
  readonly dir?: number;
  /** A relative path begins at the working directory. */
  readonly relative?: true;
  readonly fd?: number | "result";
  /** A sockaddr; the next argument is its length. */
  readonly address?: number;
  /** A struct msghdr that may have an address. */
  readonly message?: number;
  /** What is written, in one piece; the result is its length. */
  readonly buffer?: number;
  /** Flags of open(2). */
  readonly openFlags?: number;
  /** Told only where this argument is one of these: below 64, or from `above` up to 63 more. */
  readonly only?: { readonly arg: number; readonly of: readonly number[]; readonly above?: number };
  /** Told only where this argument has one of these bits. */
  readonly flags?: { readonly arg: number; readonly any: number };
  /** The first 64-bit words of the structure that this argument points to take the place of arguments from `to` on. */
  readonly words?: { readonly from: number; readonly count: 1 | 2 | 3; readonly to: number };
  /** Effective, permitted and inheritable capabilities after the call take the place of arguments from this one on. */
  readonly caps?: number;
}
