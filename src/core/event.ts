import type { EndpointRef, FileRef, ProcessRef } from "./entity.ts";

/** What every kernel event carries. */
export interface EventBase {
  /** CLOCK_BOOTTIME nanoseconds, as a double: exact to the microsecond for 200 years of uptime. */
  readonly atNs: number;
  readonly process: ProcessRef;
  /** `task->comm`, made printable: a name that the process chose itself, never an identity. */
  readonly comm: string;
  readonly uid: number;
  /** Inode of the v2 cgroup directory (1 is the root). */
  readonly cgroupId: number;
  /** Inode of the directory in the hierarchy that holds the cpu controller; equals cgroupId on pure v2. */
  readonly cpuCgroupId: number;
}

export interface ExecEvent extends EventBase {
  readonly kind: "exec";
  readonly parent: ProcessRef;
  /** As typed by the caller; relative, symlinked or lying. Made printable, at most 255 bytes. */
  readonly path: string;
  /** The file that really runs (the interpreter of a script). */
  readonly exe: FileRef;
  /** Inode change and modification time, milliseconds since the epoch. */
  readonly ctimeMs: number;
  readonly mtimeMs: number;
}

export interface ForkEvent extends EventBase {
  readonly kind: "fork";
  readonly child: ProcessRef;
}

export interface ExitEvent extends EventBase {
  readonly kind: "exit";
  /** Wait status as in wait(2): exit code << 8, or the signal's number. */
  readonly status: number;
}

export interface ConnectEvent extends EventBase {
  readonly kind: "connect";
  readonly family: "ipv4" | "ipv6";
  readonly to: EndpointRef;
}

export type SensedEvent = ExecEvent | ForkEvent | ExitEvent | ConnectEvent;
export type EventKind = SensedEvent["kind"];

/** The number each kind has in the kernel's records (`enum event_kind` in bpf/swarms.h). */
export const EVENT_CODES = { exec: 1, fork: 2, exit: 3, connect: 4 } as const satisfies Record<EventKind, number>;
export const EVENT_KINDS = Object.keys(EVENT_CODES) as EventKind[];

/** A process that was running before the layer started, or whose events were lost: read from procfs. */
export interface SeenProcess {
  readonly process: ProcessRef;
  readonly parent: ProcessRef;
  readonly comm: string;
  readonly uid: number;
  readonly path: string;
  readonly exe: FileRef;
  readonly cgroup: string;
}
