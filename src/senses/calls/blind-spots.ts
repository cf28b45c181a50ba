import { readFileSync } from "node:fs";
import type { Feature } from "../../kernel/feature.ts";
import { CALL_TABLE, kindsOf } from "./call-table.ts";
import { TEXT_MAX } from "./records.ts";

/** Something that the layer cannot see on this host. */
export interface BlindSpot {
  readonly what: string;
  readonly why: string;
  /** What is seen instead, or what helps. */
  readonly instead: string;
}

/** What the blind spots depend on. */
interface Ground {
  readonly tracepoints: boolean;
  /** Whether the kernel has a tracepoint for requests to an io_uring. */
  readonly uring: boolean;
  readonly arch: string;
}

interface Row extends BlindSpot {
  readonly where: (ground: Ground) => boolean;
}

const told = CALL_TABLE.filter((row) => row.kind !== "writes");
const names = (rows: readonly { readonly call: string }[]): string => rows.map(({ call }) => call).join(", ");
const inMemory = told.filter(({ address, message, words, socketcall }) =>
  [address, message, words, socketcall].some((at) => at !== undefined),
);
const byUring = told.filter(({ uring }) => uring !== undefined);
const typedOnly = told.filter((row) => row.path !== undefined && row.rule !== "open");
const twoPaths = told.filter(({ path2 }) => path2 !== undefined);
const counted = CALL_TABLE.filter((row) => row.kind !== "open" && kindsOf(row).includes("writes"));
const sampled = CALL_TABLE.filter(({ buffer }) => buffer !== undefined);
const truncating = CALL_TABLE.filter(({ rule }) => rule === "truncate");

const ROWS: readonly Row[] = [
  {
    where: ({ tracepoints }) => !tracepoints,
    what: `every system call: ${names(told)}`,
    why: "the kernel lets no program look at calls that return",
    instead: "processes, from events or procfs",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: `the true path in ${names(typedOnly)}, and in opens that failed`,
    why: "what was typed is read from the caller's memory when the call returns; another thread can change it between",
    instead: "opens that succeeded, execs and requests to an io_uring are told by the kernel's own copy",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: `addresses, flags and arguments that ${names(inMemory)} take from memory`,
    why: "they are read from the caller's memory when the call returns; another thread can change them between",
    instead: "the socket's own ends, the file's own mode, and the connect event, which come from the kernel",
  },
  {
    where: ({ tracepoints, uring }) => tracepoints && !uring,
    what: `${names(byUring)} by an io_uring`,
    why: "this kernel has no tracepoint for requests (io_uring_submit_req, io_uring_submit_sqe)",
    instead: "io_uring_setup is told; kernel.io_uring_disabled=2 turns io_uring off",
  },
  {
    where: ({ tracepoints, uring }) => tracepoints && uring,
    what: `the result of ${names(byUring)} by an io_uring, and the descriptor where it is a registered one`,
    why: "a request is told when it is handed in, not when it is done; it is not known whether it was allowed",
    instead: "the request with its path or address, result 0; destinations of sends only since Linux 6.10",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: "how much is written by mmap, io_uring, io_submit or by cloning extents (FICLONE)",
    why: `writes are counted in ${names(counted)} and where an open truncates`,
    instead: "the open for writing that comes before",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: "whether content looks encrypted, beyond 64 bytes in the middle of a write",
    why: `it is asked of ${names(sampled)} alone, each of the first 64 writes of a turn and every eighth after, and another thread can change it`,
    instead: "which files were read, written, renamed and removed",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: `how long a file was before ${names(truncating)}, and truncations by an io_uring`,
    why: "a call is looked at when it returns; requests of that kind are not in the table",
    instead: "the length that it was given; the open for writing that comes before",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: "messages of sendmmsg after the first",
    why: "one call is one event",
    instead: "the first message's destination",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: `where the second path begins in ${names(twoPaths)}, if it is relative`,
    why: "an event has room for one folder: that of the first path (symlinkat: of the second)",
    instead: "both paths as typed",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: `more than ${TEXT_MAX} bytes of a path`,
    why: "records are bounded",
    instead: "device and inode; the beginning of what was typed, the end of where it is",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: "mkdir, mknod, setxattr, utimensat and changes by ioctl",
    why: "no rule or agent asks for them",
    instead: "the opens, renames and removals around them",
  },
  {
    where: ({ tracepoints }) => tracepoints,
    what: "which process made an open or a truncation that was counted instead of told",
    why: "the same program, file, parents and user within a second are one event with a count",
    instead: "the first of them, and how many followed",
  },
  {
    where: ({ arch, tracepoints }) => tracepoints && arch === "arm64",
    what: "system calls of 32-bit ARM programs",
    why: "their numbers are not in the table",
    instead: "processes and connections",
  },
  {
    where: () => true,
    what: "system calls inside virtual machines and user-space kernels (gVisor)",
    why: "they are not calls of this kernel",
    instead: "the calls of the program that runs the machine",
  },
];

/** What cannot be seen on a host with these features. `btf` is the kernel's description of itself. */
export function blindSpots(
  features: readonly Feature[],
  { btf = readBtf(), arch = process.arch }: { readonly btf?: Uint8Array; readonly arch?: string } = {},
): readonly BlindSpot[] {
  const text = Buffer.from(btf.buffer, btf.byteOffset, btf.byteLength);
  const ground: Ground = {
    tracepoints: features.some(({ name, available }) => name === "ebpf.tp_btf" && available),
    uring: ["req", "sqe"].some((name) => text.includes(`btf_trace_io_uring_submit_${name}\0`)),
    arch,
  };
  return ROWS.filter(({ where }) => where(ground)).map(({ what, why, instead }) => ({ what, why, instead }));
}

function readBtf(): Uint8Array {
  try {
    return readFileSync("/sys/kernel/btf/vmlinux");
  } catch {
    return new Uint8Array();
  }
}
