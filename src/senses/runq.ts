import { RUNQ_BUCKETS, RUNQ_CELL, RUNQ_CPUS, RUNQ_GROUPS, RUNQ_RUNNING, RUNQ_STATE } from "./records.ts";
import { quantileNs } from "./runq-histogram.ts";

/** What a cgroup's tasks waited and ran since the previous reading. */
export interface RunqDelta {
  /** Times that a task was put on a CPU after waiting for it. */
  readonly count: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly meanNs: number;
  readonly onCpuNs: number;
  /** Times that a task went to sleep of its own accord, or ended: it was not pushed off its CPU. */
  readonly sleeps: number;
  /** Times that a task gave its CPU up, and how long it had kept it. */
  readonly bursts: number;
  readonly burstP50Ns: number;
  readonly burstP99Ns: number;
}

/** Totals of a group at the previous reading. */
interface Before {
  id: number;
  delayNs: number;
  onCpuNs: number;
  sleeps: number;
  readonly waits: Uint32Array;
  readonly bursts: Uint32Array;
  /** When something of it was last seen to run, CLOCK_MONOTONIC. */
  activeNs: number;
}

/** A group that was quiet for so long gives its cells back, so that cgroups that come and go never use them up. */
const QUIET_NS = 120e9;

/**
 * Reads the tables of runq.bpf.c in place, without a system call. `state` is struct runq_state,
 * writable; `cells` is RUNQ_GROUPS times `shards` struct runq_cell, writable.
 */
export class RunqReader {
  // Read as whole words: a half-written time would be 4 s off.
  private readonly state: BigUint64Array;
  private readonly cells: BigUint64Array;
  private readonly words: Uint32Array;
  private readonly shards: number;
  private readonly before = new Map<number, Before>();
  private readonly counts = new Uint32Array(RUNQ_BUCKETS);

  constructor(state: ArrayBuffer, cells: ArrayBuffer, shards: number) {
    this.state = new BigUint64Array(state, 0, RUNQ_STATE.bytes / 8);
    this.cells = new BigUint64Array(cells);
    this.words = new Uint32Array(cells);
    this.shards = shards;
  }

  /** By cpu cgroup id; only groups in which something ran or waited. `nowNs`: CLOCK_MONOTONIC. */
  read(nowNs: number): ReadonlyMap<number, RunqDelta> {
    const running = this.runningNs(nowNs);
    const deltas = new Map<number, RunqDelta>();
    for (let group = 0; group < RUNQ_GROUPS; group++) {
      const id = u64(this.state, RUNQ_STATE.owners + group * 8);
      if (id === 0) continue;
      const before = this.beforeOf(group, id, nowNs);
      const delta = this.delta(group, before, running.get(group) ?? 0);
      if (delta.count > 0 || delta.onCpuNs > 0) {
        before.activeNs = nowNs;
        deltas.set(id, delta);
      } else if (nowNs - before.activeNs > QUIET_NS && !running.has(group)) {
        this.release(group);
      }
    }
    return deltas;
  }

  /** Switches that could not be attributed because more cgroups are active than there are cells for. */
  get unplaced(): number {
    return u64(this.state, RUNQ_STATE.unplaced);
  }

  /** A task that keeps its CPU is not switched out, so what it has had so far is added by group. */
  private runningNs(nowNs: number): Map<number, number> {
    const byGroup = new Map<number, number>();
    for (let cpu = 0; cpu < RUNQ_CPUS; cpu++) {
      const at = RUNQ_STATE.running + cpu * RUNQ_RUNNING.bytes;
      const since = u64(this.state, at + RUNQ_RUNNING.since_ns);
      if (since === 0) continue;
      const group = u64(this.state, at + RUNQ_RUNNING.group);
      byGroup.set(group, (byGroup.get(group) ?? 0) + Math.max(0, nowNs - since));
    }
    return byGroup;
  }

  private beforeOf(group: number, id: number, nowNs: number): Before {
    const known = this.before.get(group);
    if (known?.id === id) return known;
    const fresh: Before = {
      id,
      delayNs: 0,
      onCpuNs: 0,
      sleeps: 0,
      waits: new Uint32Array(RUNQ_BUCKETS),
      bursts: new Uint32Array(RUNQ_BUCKETS),
      activeNs: nowNs,
    };
    this.before.set(group, fresh);
    return fresh;
  }

  private delta(group: number, before: Before, runningNs: number): RunqDelta {
    let delayNs = 0;
    let onCpuNs = runningNs;
    let slept = 0;
    for (let shard = 0; shard < this.shards; shard++) {
      const cell = (group * this.shards + shard) * RUNQ_CELL.bytes;
      delayNs += u64(this.cells, cell + RUNQ_CELL.delay_ns);
      onCpuNs += u64(this.cells, cell + RUNQ_CELL.on_cpu_ns);
      slept += u64(this.cells, cell + RUNQ_CELL.sleeps);
    }
    const waitedNs = Math.max(0, delayNs - before.delayNs);
    before.delayNs = delayNs;
    // A switch between two of the reads can count a stretch twice; it is then missing from the next.
    const ranNs = Math.max(0, onCpuNs - before.onCpuNs);
    before.onCpuNs = Math.max(before.onCpuNs, onCpuNs);
    const sleeps = Math.max(0, slept - before.sleeps);
    before.sleeps = slept;
    const waits = this.grown(group, RUNQ_CELL.buckets, before.waits);
    const bursts = this.grown(group, RUNQ_CELL.bursts, before.bursts);
    return {
      count: waits.total,
      p50Ns: waits.p50Ns,
      p99Ns: waits.p99Ns,
      meanNs: waits.total === 0 ? 0 : waitedNs / waits.total,
      onCpuNs: ranNs,
      sleeps,
      bursts: bursts.total,
      burstP50Ns: bursts.p50Ns,
      burstP99Ns: bursts.p99Ns,
    };
  }

  /** How a histogram of all the group's cells grew; `before` is brought up to date. */
  private grown(group: number, offset: number, before: Uint32Array): { total: number; p50Ns: number; p99Ns: number } {
    const { counts } = this;
    counts.fill(0);
    for (let shard = 0; shard < this.shards; shard++) {
      const first = ((group * this.shards + shard) * RUNQ_CELL.bytes + offset) / 4;
      for (let bucket = 0; bucket < RUNQ_BUCKETS; bucket++)
        counts[bucket] = (counts[bucket] ?? 0) + (this.words[first + bucket] ?? 0);
    }
    let total = 0;
    for (let bucket = 0; bucket < RUNQ_BUCKETS; bucket++) {
      const now = counts[bucket] ?? 0;
      // Unsigned 32-bit difference: the counters wrap.
      const growth = (now - (before[bucket] ?? 0)) >>> 0;
      before[bucket] = now;
      counts[bucket] = growth;
      total += growth;
    }
    return { total, p50Ns: quantileNs(counts, total, 0.5), p99Ns: quantileNs(counts, total, 0.99) };
  }

  /** Cells first, owner last: the kernel takes a group only once it is free. A switch that comes in between loses its sample. */
  private release(group: number): void {
    const words = (this.shards * RUNQ_CELL.bytes) / 8;
    this.cells.fill(0n, group * words, (group + 1) * words);
    this.state[RUNQ_STATE.owners / 8 + group] = 0n;
    this.before.delete(group);
  }
}

function u64(words: BigUint64Array, byteOffset: number): number {
  return Number(words[byteOffset / 8] ?? 0n);
}
