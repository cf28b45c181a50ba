import { closeSync } from "node:fs";
import type { ErrorCode, Result } from "../core/errors.ts";
import { ok } from "../core/errors.ts";
import type { EventKind } from "../core/event.ts";
import { noEvents } from "../core/event-kinds.ts";
import { probeCgroupLayout, type CgroupLayout } from "../kernel/cgroup-layout.ts";
import { startEventSense, type EventSense } from "./kernel-senses-events.ts";
import { startRunqSense, type RunqSense } from "./kernel-senses-runq.ts";
import type { RunqDelta } from "./runq.ts";

export type { RunqDelta } from "./runq.ts";

export interface KernelSensesOptions {
  readonly wants: readonly EventKind[];
  /** Also measure run-queue delay, at the price of a program at every context switch. */
  readonly runq: boolean;
  /** A power of two, at least one page; 4 MB where left out. */
  readonly ringBytes?: number;
  /** Where cgroups are mounted; probed where left out. */
  readonly layout?: CgroupLayout;
  /** A piece of the ring, about 256 KB at most: for RecordDecoder. Where left out, records go where pipeTo says. */
  onRecords?(records: Uint8Array): void;
  /** Something is missing or failed, and the rest goes on. */
  onTrouble(code: ErrorCode, says: string): void;
}

export interface KernelSenses {
  /** Made by the kernel since start, lost ones included. */
  counts(): Readonly<Record<EventKind, number>>;
  /** Records since start: ring found full by the kernel, unreadable, handed to a reader that ended before it read them. */
  losses(): { readonly ring: number; readonly damaged: number; readonly shed: number };
  /** By cpu cgroup id, since the previous call; undefined where it is not attached. */
  runq(): ReadonlyMap<number, RunqDelta> | undefined;
  /** From now on the ring goes into this pipe, whose writing end is closed here; -1: none, and it waits. */
  pipeTo(fd: number): void;
  /** Names of the attached programs. */
  attached(): readonly string[];
  /** Detaches everything and ends the reader thread, within 300 ms. May be called twice. */
  close(): Promise<void>;
}

/**
 * Attaches the programs and reads what they write. Fails (SW-NO-LIBBPF, SW-BPF-LOAD) only where
 * nothing at all can be seen; whatever is missing beside that goes to onTrouble.
 */
export function startKernelSenses(options: KernelSensesOptions): Result<KernelSenses> {
  const layout = options.layout ?? probeCgroupLayout();
  const events = options.wants.length > 0 ? startEventSense({ ...options, layout }) : undefined;
  const runq = options.runq ? startRunqSense(layout) : undefined;
  const failures = [events, runq].filter((part) => part?.ok === false);
  const [first] = failures;
  if (first !== undefined && !events?.ok && !runq?.ok) return first;
  for (const failure of failures) options.onTrouble(failure.code, failure.says);
  return ok(join(events?.ok ? events.value : undefined, runq?.ok ? runq.value : undefined));
}

function join(events: EventSense | undefined, runq: RunqSense | undefined): KernelSenses {
  return {
    counts: () => events?.counts() ?? noEvents(),
    losses: () => events?.losses() ?? { ring: 0, damaged: 0, shed: 0 },
    runq: () => runq?.read(),
    pipeTo(fd) {
      if (events !== undefined) events.pipeTo(fd);
      else if (fd >= 0) closeSync(fd);
    },
    attached: () => [...(events?.attached() ?? []), ...(runq?.attached() ?? [])],
    async close() {
      runq?.close();
      await events?.close();
    },
  };
}
