import { failed, ok, type ErrorCode, type Result } from "../../core/errors.ts";
import { EVENT_CODES, type EventKind } from "../../core/event-kinds.ts";
import type { ProfileOrder, ProfileReport } from "../../core/sequence-profile.ts";
import type { BpfObject } from "../../kernel/bpf-object.ts";
import { loadConfig, openBuiltObject } from "../../kernel/bpf-object-built.ts";
import type { CgroupLayout } from "../../kernel/cgroup-layout.ts";
import type { Mapping } from "../../kernel/mmap.ts";
import { COUNTERS } from "../records.ts";
import { ProfileTable } from "./profile-table.ts";

export interface SequenceSenseOptions {
  /** The ring of the events object, which this one shares. */
  readonly ringFd: number;
  readonly ringBytes: number;
  readonly groupsFd?: number;
  readonly layout: CgroupLayout;
  onTrouble(code: ErrorCode, says: string): void;
}

/** The entry goes last: a task whose exec or fork was not seen would go by another's habits. */
const PROGRAMS = ["on_sequence_exec", "on_sequence_fork", "on_sequence_exit", "on_sequence"];
/** Tables that are shared with the programs: counters, control, bitmaps. */
const TABLES = [
  [".bss", "read"],
  [".data.sequences", "write"],
  ["bitmaps", "write"],
] as const;

type Counts = Partial<Record<EventKind, number>>;

/** The programs of sequences.bpf.c with their tables. Nothing is attached before want(true). */
export class SequenceSense {
  readonly object: BpfObject;
  readonly profiles: ProfileTable;
  private readonly options: SequenceSenseOptions;
  private readonly maps: readonly Mapping[];
  private closed = false;
  /** Kept for those who ask after the end. */
  private last: { made: Counts; lost: Counts } = { made: {}, lost: {} };

  private constructor(options: SequenceSenseOptions, object: BpfObject, maps: readonly Mapping[], table: ProfileTable) {
    this.options = options;
    this.object = object;
    this.maps = maps;
    this.profiles = table;
  }

  /** SW-NO-LIBBPF, SW-BPF-LOAD. */
  static start(options: SequenceSenseOptions): Result<SequenceSense> {
    const loaded = load(options);
    if (!loaded.ok) return loaded;
    const object = loaded.value;
    const mapped = TABLES.map(([name, access]) => object.map(name).map(access));
    const maps = mapped.flatMap((each) => (each.ok ? [each.value] : []));
    const [, control, bitmaps] = maps.map(({ memory }) => memory);
    if (maps.length < TABLES.length || control === undefined || bitmaps === undefined) {
      for (const each of maps) each.unmap();
      object.close();
      return failed("SW-BPF-LOAD", "the tables of the sequence programs cannot be mapped");
    }
    const table = new ProfileTable(control, bitmaps, object.map("files"));
    return ok(new SequenceSense(options, object, maps, table));
  }

  want(wanted: boolean): void {
    if (this.closed || wanted === this.object.attached.length > 0) return;
    if (!wanted) return this.object.detach();
    // Who was not watched may run something else by now.
    this.profiles.anew();
    for (const program of PROGRAMS) {
      const attached = this.object.attach(program);
      if (attached.ok) continue;
      this.options.onTrouble(attached.code, `orders of system calls: ${attached.says}`);
      // Half of them would be worse than none.
      return this.object.detach();
    }
  }

  follow(orders: readonly ProfileOrder[]): void {
    if (!this.closed) this.profiles.follow(orders);
  }

  /** Undefined after the end. */
  report(): ProfileReport | undefined {
    if (this.closed) return undefined;
    const { untold, unplaced, refused } = this.profiles;
    return { states: this.profiles.states(), untold, unplaced, refused };
  }

  counts(): Counts {
    return this.read().made;
  }

  lost(): Counts {
    return this.read().lost;
  }

  attached(): readonly string[] {
    return this.closed ? [] : this.object.attached;
  }

  close(): void {
    if (this.closed) return;
    this.object.detach();
    this.read();
    this.closed = true;
    for (const map of this.maps) map.unmap();
    this.object.close();
  }

  private read(): { made: Counts; lost: Counts } {
    const memory = this.maps[0]?.memory;
    if (this.closed || memory === undefined) return this.last;
    const words = new BigUint64Array(memory, 0, COUNTERS.bytes / 8);
    const at = (offset: number): Counts => ({
      sequence: Number(Atomics.load(words, offset / 8 + EVENT_CODES.sequence)),
    });
    this.last = { made: at(COUNTERS.made), lost: at(COUNTERS.lost) };
    return this.last;
  }
}

function load(options: SequenceSenseOptions): Result<BpfObject> {
  const opened = openBuiltObject("sequences");
  if (!opened.ok) return opened;
  const object = opened.value;
  object.setConstants(loadConfig(options.layout, { ringBytes: options.ringBytes }));
  const shared = [object.reuseMap("ring", options.ringFd)];
  if (options.groupsFd !== undefined) shared.push(object.reuseMap("groups", options.groupsFd));
  const loaded = shared.find((result) => !result.ok) ?? object.load();
  if (loaded.ok) return ok(object);
  object.close();
  return loaded;
}
