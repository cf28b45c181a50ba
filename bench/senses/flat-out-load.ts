import { mapShared, pageBytes } from "../../src/kernel/mmap.ts";
import { BpfObject } from "../../src/kernel/bpf-object.ts";
import type { Bench } from "./part.ts";

const CPUS = 64;
/** struct counter of programs/flat-out.bpf.c, in words: made, lost, padding. */
const WORDS_A_CPU = 8;
export const FLAT_OUT_RING_BYTES = 16 << 20;
const PRODUCERS = 2;

export interface Made {
  readonly made: number;
  readonly lost: number;
}

/** The ring that two processes fill as fast as they can. One consumer at a time. */
export class FlatOut {
  readonly ringFd: number;
  private readonly bench: Bench;
  private readonly object: BpfObject;
  private readonly words: BigUint64Array;
  private readonly unmap: () => void;

  private constructor(bench: Bench, object: BpfObject) {
    this.bench = bench;
    this.object = object;
    this.ringFd = object.map("ring").fd;
    const bytes = Math.ceil((CPUS * WORDS_A_CPU * 8) / pageBytes()) * pageBytes();
    const mapped = mapShared(object.map(".bss").fd, bytes, 0, "read");
    if (!mapped.ok) throw new Error(mapped.says);
    this.words = new BigUint64Array(mapped.value.memory ?? new ArrayBuffer(0));
    this.unmap = () => mapped.value.unmap();
  }

  static open(bench: Bench): FlatOut {
    const opened = BpfObject.open(bench.programs.bpf("flat-out"), "flat_out");
    if (!opened.ok) throw new Error(opened.says);
    const loaded = opened.value.load();
    if (!loaded.ok) throw new Error(loaded.says);
    return new FlatOut(bench, opened.value);
  }

  /** Since the object was loaded. */
  counts(): Made {
    let [made, lost] = [0, 0];
    for (let cpu = 0; cpu < CPUS; cpu++) {
      made += Number(this.words[cpu * WORDS_A_CPU] ?? 0n);
      lost += Number(this.words[cpu * WORDS_A_CPU + 1] ?? 0n);
    }
    return { made, lost };
  }

  /** Both producers flat out for so long. Nothing is made before or after: others call getppid(2) too. */
  async run(ms: number): Promise<void> {
    const attached = this.object.attach("on_call");
    if (!attached.ok) throw new Error(attached.says);
    const program = this.bench.programs.program("flat-out");
    const one = (): Promise<unknown> => this.bench.children.json(program, [String(ms)], ms + 10_000);
    await Promise.all(Array.from({ length: PRODUCERS }, one));
    this.object.detach();
  }

  close(): void {
    this.unmap();
    this.object.close();
  }
}
