import { closeSync } from "node:fs";
import type { ErrorCode, Result } from "../core/errors.ts";
import { ok } from "../core/errors.ts";
import { type CallKind, EVENTS, type EventKind, noEvents } from "../core/event-kinds.ts";
import type { Losses, RingLevel } from "../core/reading.ts";
import type { ProfileOrder, ProfileReport } from "../core/sequence-profile.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import { probeCgroupLayout, type CgroupLayout } from "../kernel/cgroup-layout.ts";
import type { WriteCount } from "./calls/call-sense.ts";
import { CallPart } from "./kernel-senses-calls.ts";
import { startEventSense, type EventSense } from "./kernel-senses-events.ts";
import { startRunqSense, type RunqSense } from "./kernel-senses-runq.ts";
import { NO_PROFILES, SequencePart } from "./kernel-senses-sequences.ts";
import type { RunqDelta } from "./runq.ts";
import type { GroupDelta } from "./sampler-ports.ts";

export type { RunqDelta } from "./runq.ts";

export interface KernelSensesOptions {
  /** Until want() says otherwise. */
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
  /** Attaches what these kinds and those always wanted need, and detaches the rest. May be called at any time. */
  want(kinds: readonly EventKind[]): void;
  /** Made by the kernel since start, lost ones included, merged ones not. */
  counts(): Readonly<Record<EventKind, number>>;
  /** Of these, per kind, what found no room in the ring. */
  lost(): Readonly<Record<EventKind, number>>;
  /** Per kind, what was counted instead of repeated. */
  merged(): Readonly<Record<EventKind, number>>;
  /** Records since start: ring found full by the kernel, unreadable, handed to a reader that ended before it read them. */
  losses(): Losses;
  /** Share of the ring that waited for the reader, 0 to 1: the highest since the previous call. */
  fill(): number;
  /** The same with the ring's size; undefined where there is none. */
  ring(): RingLevel | undefined;
  /** What processes wrote since the previous call, where "writes" is wanted. */
  writes(): readonly WriteCount[];
  /** What is done with which executables' orders of calls, where "sequence" is wanted; what stands there. */
  followProfiles(orders: readonly ProfileOrder[]): void;
  profiles(): ProfileReport;
  /** By cpu cgroup id, what its tasks did since the previous call. */
  groups(): ReadonlyMap<number, GroupDelta> | undefined;
  /** By cpu cgroup id, since the previous call; undefined where it is not attached. */
  runq(): ReadonlyMap<number, RunqDelta> | undefined;
  /** From now on the ring goes into this pipe, whose writing end is closed here; -1: none, and it waits. */
  pipeTo(fd: number): void;
  /** Kinds that are attached now. */
  kinds(): readonly EventKind[];
  /** Names of the attached programs. */
  attached(): readonly string[];
  /** What is loaded, for what it costs. */
  objects(): readonly BpfObject[];
  /** Detaches everything and ends the reader thread, within 300 ms. May be called twice. */
  close(): Promise<void>;
}

/**
 * Attaches the programs and reads what they write. Fails (SW-NO-LIBBPF, SW-BPF-LOAD) only where
 * nothing at all can be seen; whatever is missing beside that goes to onTrouble.
 */
export function startKernelSenses(options: KernelSensesOptions): Result<KernelSenses> {
  const layout = options.layout ?? probeCgroupLayout();
  const events = startEventSense({ ...options, layout });
  const runq = options.runq ? startRunqSense(layout) : undefined;
  if (!events.ok && !runq?.ok) return events;
  for (const part of [events, runq]) if (part?.ok === false) options.onTrouble(part.code, part.says);
  const shared = events.ok
    ? { ...events.value.shared, layout, onTrouble: (code: ErrorCode, says: string) => options.onTrouble(code, says) }
    : undefined;
  const senses = join({
    events: events.ok ? events.value : undefined,
    calls: shared && new CallPart(shared),
    sequences: shared && new SequencePart(shared),
    runq: runq?.ok ? runq.value : undefined,
  });
  senses.want(options.wants);
  return ok(senses);
}

type Part = Pick<EventSense, "counts" | "lost"> & Partial<Pick<CallPart, "merged">>;

interface Parts {
  readonly events: EventSense | undefined;
  readonly calls: CallPart | undefined;
  readonly sequences: SequencePart | undefined;
  readonly runq: RunqSense | undefined;
}

function join({ events, calls, sequences, runq }: Parts): KernelSenses {
  const parts: readonly Part[] = [events, calls, sequences].filter((part) => part !== undefined);
  const lost = (): Record<EventKind, number> => Object.assign(noEvents(), ...parts.map((part) => part.lost()));
  const open = (): readonly BpfObject[] =>
    [events?.object, calls?.object, sequences?.object, runq?.object].filter((object) => object !== undefined);
  return {
    want(kinds) {
      events?.want(kinds);
      calls?.want(kinds.filter(isCall));
      sequences?.want(kinds.includes("sequence"));
    },
    counts: () => Object.assign(noEvents(), ...parts.map((part) => part.counts())),
    lost,
    merged: () => Object.assign(noEvents(), calls?.merged()),
    losses: () => ({
      ring: Object.values(lost()).reduce((sum, each) => sum + each, 0),
      ...(events?.unread() ?? { damaged: 0, shed: 0 }),
    }),
    fill: () => events?.fill() ?? 0,
    ring: () => events && { fill: events.fill(), bytes: events.shared.ringBytes },
    writes: () => calls?.writes() ?? [],
    followProfiles: (orders) => sequences?.follow(orders),
    profiles: () => sequences?.report() ?? NO_PROFILES,
    groups: () => events?.groups(),
    runq: () => runq?.read(),
    pipeTo(fd) {
      if (events !== undefined) events.pipeTo(fd);
      else if (fd >= 0) closeSync(fd);
    },
    kinds: () => [...(events?.kinds() ?? []), ...(calls?.kinds() ?? []), ...(sequences?.kinds() ?? [])],
    attached: () => [events, calls, sequences, runq].flatMap((part) => part?.attached() ?? []),
    objects: open,
    async close() {
      runq?.close();
      // They share the ring, so they go before the ring's owner.
      calls?.close();
      sequences?.close();
      await events?.close();
    },
  };
}

function isCall(kind: EventKind): kind is CallKind | "writes" {
  return EVENTS[kind].source === "call" || EVENTS[kind].source === "count";
}
