import { availableParallelism, uptime } from "node:os";
import { AlignedTimer } from "../core/aligned-timer.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { HeapCare } from "../core/heap-care.ts";
import type { Leisure } from "../core/leisure.ts";
import type { EventKind, SensedEvent } from "../core/event.ts";
import { NO_LOSSES, type ReadingBatch } from "../core/reading.ts";
import { PROFILE_LIMITS, type ProfileOrder, type ProfileReport } from "../core/sequence-profile.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { firstChild } from "../kernel/confinement.ts";
import { trimMemory } from "../kernel/trim-memory.ts";
import { PressureTriggers } from "../kernel/pressure-trigger.ts";
import { IdentityRepair } from "../senses/identity-repair.ts";
import { type KernelSenses, startKernelSenses } from "../senses/kernel-senses.ts";
import { ProcfsEvents } from "../senses/procfs-events.ts";
import { proberJobs } from "../senses/objective-readings.ts";
import { SamplerPace } from "../senses/sampler-pace.ts";
import { Sampler } from "../senses/sampler.ts";
import { writesEvents } from "../senses/writes-events.ts";
import { ProberKeeper } from "./prober-keeper.ts";
import type { ProberCommand } from "./prober-start.ts";
import { TurnPace, TURNS } from "./turn-pace.ts";
import { WantedKinds } from "./wanted-kinds.ts";

interface SensesOptions {
  readonly config: Config;
  readonly fs: CgroupFs;
  readonly procRoot: string;
  readonly clock: Clock;
  /** Until want() says otherwise. */
  readonly wants: readonly EventKind[];
  /** "batches": to onRecords. "pipe": where pipeTo says, past this thread. */
  readonly records: "batches" | "pipe";
  /** What starts the process that asks services how they are; absent where there can be none. */
  prober?(): ProberCommand | undefined;
  /** Where turns are at leisure; of no account where this thread is not eager. */
  readonly leisure?: Leisure;
  log(says: string): void;
}

interface SensesOutputs {
  onRecords?(records: Uint8Array): void;
  onSensed(events: readonly SensedEvent[]): void;
  onReadings(batch: ReadingBatch): void;
  /** What has been learned of executables' orders of system calls, once a minute, in pieces. */
  onProfiles?(report: ProfileReport): void;
  /** What tells who runs was lost: procfs has to be read again. */
  onIdentityLost(): void;
}

export interface WardenSenses {
  readonly source: "ebpf" | "procfs";
  /** Sentences for the view: what is missing, what is lost by it. */
  readonly missing: readonly string[];
  /** Processes that the senses have started. */
  pids(): readonly number[];
  run(outputs: SensesOutputs): void;
  /** The kernel's records go into this pipe from now on, which is closed here; what was not read before waits in the ring. */
  pipeTo(fd: number): void;
  /** Attaches what these kinds need, and detaches what no longer is wanted; at most once a second. */
  want(kinds: readonly EventKind[]): void;
  /** What is done with which executables' orders of system calls. */
  followProfiles(orders: readonly ProfileOrder[]): void;
  watch(watching: boolean): void;
  /** Groups that hold a change of the layer: sampled every turn. */
  follow(cgroups: readonly string[]): void;
  reload(config: Config): void;
  stop(): Promise<void>;
}

const PROCFS_MS = 1000;
/** Counts of writes are taken, and losses looked at, so often. */
const COUNTS_MS = 1000;
/** Of it, from which on they are due: timers come some milliseconds apart. */
const ALMOST = 0.9;
/** Executables' orders of system calls are read out so often, the whole tables at once. */
const PROFILES_MS = 60_000;
/** Events in one message: each takes a few hundred bytes, a frame holds a megabyte. */
const SENSED_A_MESSAGE = 1000;
/** 4 MB hold 40 ms of the fastest two producers, ten naps of the reader; every byte counts twice as resident. */
const RING_BYTES = 4 << 20;

/** Everything the warden senses: the kernel's events where eBPF works, procfs where not, and the readings. */
export function startSenses(options: SensesOptions): WardenSenses {
  const { config, fs, procRoot, clock, log, wants } = options;
  let outputs: SensesOutputs | undefined;
  const kernel = startKernelSenses({
    wants,
    runq: true,
    ringBytes: RING_BYTES,
    ...(options.records === "batches" && { onRecords: (records: Uint8Array) => outputs?.onRecords?.(records) }),
    onTrouble: (code, says) => log(`${code}: ${says}`),
  });
  trimMemory();
  const missing = kernel.ok ? [] : [`no eBPF (${kernel.says}): short-lived processes and destinations are not seen`];
  const procfs = kernel.ok ? undefined : new ProcfsEvents({ procRoot, fs });
  const counters = kernel.ok
    ? kernel.value
    : { runq: () => undefined, counts: () => procfs?.counts() ?? {}, losses: () => NO_LOSSES };
  const atLeisure = (work: () => void): void => (options.leisure === undefined ? work() : options.leisure.run(work));
  const pace = new SamplerPace(
    () =>
      atLeisure(() => {
        take(sampler.sample());
        if (kernel.ok) countIfDue(kernel.value);
      }),
    () => clock.monoMs(),
  );
  const turns = new TurnPace(clock.monoMs(), availableParallelism(), () => triggers.windowUs !== undefined);
  const triggers = new PressureTriggers(() => turns.stalls(clock.monoMs()) && pace.hurry());
  const sampler = new Sampler({
    fs,
    procRoot,
    clock,
    config,
    hostCpus: availableParallelism(),
    kernel: counters,
    triggers,
    objective: (workload) => prober.readingsOf(workload),
  });
  const prober = new ProberKeeper({ clock, log, command: () => options.prober?.() });
  const heap = new HeapCare();
  let leased = "";
  let polling: AlignedTimer | undefined;
  const wanted = new WantedKinds(clock, wants, (kinds) => kernel.ok && kernel.value.want(kinds));
  const repair = new IdentityRepair();
  let countedMs = clock.monoMs();
  let profiledMs = clock.monoMs();

  const take = (batch: ReadingBatch): void => {
    pace.every(turns.after(batch, clock.monoMs(), sampler.watching || leased !== ""));
    outputs?.onReadings(batch);
    heap.turn(clock.monoMs());
  };

  const count = (senses: KernelSenses): void => {
    const nowMs = clock.monoMs();
    const writes = writesEvents(senses.writes(), uptime() * 1e9, nowMs - countedMs);
    countedMs = nowMs;
    for (let at = 0; at < writes.length; at += SENSED_A_MESSAGE)
      outputs?.onSensed(writes.slice(at, at + SENSED_A_MESSAGE));
    if (repair.due(senses.lost(), nowMs)) outputs?.onIdentityLost();
    if (nowMs - profiledMs >= PROFILES_MS) tellProfiles(senses, nowMs);
  };

  /** In the turn where one comes at the same moment: to leave eagerness and to come back to it costs a third of a millisecond. */
  const countsDue = (): boolean => clock.monoMs() - countedMs >= COUNTS_MS * ALMOST;
  const countIfDue = (senses: KernelSenses): void => {
    if (countsDue()) count(senses);
  };

  const tellProfiles = (senses: KernelSenses, nowMs: number): void => {
    profiledMs = nowMs;
    const { states, ...counts } = senses.profiles();
    for (let at = 0; at < states.length; at += PROFILE_LIMITS.aMessage)
      outputs?.onProfiles?.({ states: states.slice(at, at + PROFILE_LIMITS.aMessage), ...counts });
  };

  const schedule = (): void => {
    polling?.stop();
    pace.start(TURNS.steadyMs);
    const monoMs = (): number => clock.monoMs();
    if (procfs) polling = new AlignedTimer(PROCFS_MS, () => outputs?.onSensed(procfs.poll(clock.wallMs())), monoMs);
    if (kernel.ok)
      polling = new AlignedTimer(
        COUNTS_MS,
        // The turn's timer may be the later of the two.
        () => setImmediate(() => countsDue() && polling !== undefined && atLeisure(() => countIfDue(kernel.value))),
        monoMs,
      );
  };

  prober.measure(proberJobs(config.workloads));
  return {
    pids: () => (prober.pid === 0 ? [] : [prober.pid, firstChild(prober.pid, procRoot) ?? 0]),
    source: kernel.ok ? "ebpf" : "procfs",
    missing,
    run: (to) => {
      outputs = to;
      schedule();
    },
    pipeTo: (fd) => {
      if (kernel.ok) kernel.value.pipeTo(fd);
    },
    want: (kinds) => wanted.want(kinds),
    followProfiles: (orders) => {
      if (kernel.ok) kernel.value.followProfiles(orders);
    },
    watch: (watching) => {
      sampler.watching = watching;
    },
    follow: (cgroups) => {
      sampler.leased = cgroups;
      const now = cgroups.join("\n");
      if (now !== leased) {
        turns.news(clock.monoMs());
        pace.within(TURNS.steadyMs);
      }
      leased = now;
    },
    reload: (next) => {
      sampler.reload(next);
      prober.measure(proberJobs(next.workloads));
      turns.news(clock.monoMs());
    },
    stop: async () => {
      polling?.stop();
      polling = undefined;
      wanted.stop();
      prober.stop();
      pace.stop();
      triggers.close();
      outputs = undefined;
      sampler.close();
      if (kernel.ok) await kernel.value.close();
    },
  };
}
