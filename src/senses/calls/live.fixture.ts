import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SensedEvent } from "../../core/event.ts";
import { probeBpfFeatures } from "../../kernel/bpf-features.ts";
import { loadConfig, openBuiltObject } from "../../kernel/bpf-object-built.ts";
import { probeCgroupLayout } from "../../kernel/cgroup-layout.ts";
import { mapShared, pageBytes } from "../../kernel/mmap.ts";
import { RingBuffer } from "../../kernel/ring-buffer.ts";
import { RecordDecoder } from "../decode.ts";
import { type CallSense, startCallSense } from "./call-sense.ts";
import { argumentFor } from "./caller.fixture.ts";
import type { Scenario } from "./scenario.fixture.ts";

/** Why calls cannot be sensed here, undefined where they can. */
export function cannotSense(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const missing = probeBpfFeatures().find(({ name, available }) => name === "ebpf.tp_btf" && !available);
  return missing && `needs ${missing.needs}: ${missing.found}`;
}

const TRIES = 4;

export class LiveCalls {
  readonly sense: CallSense;
  readonly folder: string;
  private readonly decoder = new RecordDecoder();
  private readonly ring: RingBuffer;
  private readonly endings: (() => void)[] = [];

  constructor(ringBytes = 16 << 20) {
    const layout = probeCgroupLayout();
    const owner = openBuiltObject("events");
    if (!owner.ok) throw new Error(owner.says);
    owner.value.want([]);
    owner.value.setConstants(loadConfig(layout, { ringBytes }));
    owner.value.setMaxEntries("ring", ringBytes);
    const loaded = owner.value.load();
    if (!loaded.ok) throw new Error(loaded.says);
    const ringFd = owner.value.map("ring").fd;
    const consumer = mapShared(ringFd, pageBytes(), 0, "write");
    const producer = mapShared(ringFd, pageBytes() + 2 * ringBytes, pageBytes(), "read");
    if (!consumer.ok || !producer.ok) throw new Error("the ring cannot be mapped");
    this.ring = new RingBuffer(
      consumer.value.memory ?? new ArrayBuffer(0),
      producer.value.memory ?? new ArrayBuffer(0),
      ringBytes,
    );
    const sense = startCallSense({
      ringFd,
      ringBytes,
      layout,
      onTrouble: (code, says) => {
        throw new Error(`${code} ${says}`);
      },
    });
    if (!sense.ok) throw new Error(sense.says);
    this.sense = sense.value;
    this.folder = mkdtempSync(join(tmpdir(), "swarms-calls-"));
    this.endings.push(
      () => this.sense.close(),
      consumer.value.unmap,
      producer.value.unmap,
      () => owner.value.close(),
    );
  }

  /** Everything told since the last call. */
  take(): { readonly events: SensedEvent[]; readonly damaged: number } {
    const events: SensedEvent[] = [];
    let damaged = 0;
    for (let { bytes } = this.ring.peek(1 << 30); bytes.length > 0; { bytes } = this.ring.peek(1 << 30)) {
      ({ damaged } = this.decoder.decode(bytes, (event) => events.push(event)));
      this.ring.commit(bytes.length);
    }
    return { events, damaged };
  }

  /** Runs one scenario in a folder of its own, with only its kinds wanted. Again where others on a busy host filled the ring. */
  run(program: string, { does, told }: Scenario): { readonly here: string; readonly events: SensedEvent[] } {
    const here = join(this.folder, `run-${argumentFor(does)}`);
    for (let tries = 1; ; tries++) {
      rmSync(here, { recursive: true, force: true, maxRetries: 10 });
      mkdirSync(join(here, "sub"), { recursive: true });
      writeFileSync(join(here, "file"), "12345");
      this.sense.want(told.map(({ kind }) => kind));
      this.take();
      const lost = this.lost();
      const { pid } = spawnSync(program, [argumentFor(does)], { cwd: here, stdio: "ignore", timeout: 20_000 });
      this.sense.want([]);
      const events = this.take().events.filter(({ process: it, comm }) => it.pid === pid && comm === "caller");
      if (this.lost() === lost || tries === TRIES) return { here, events };
    }
  }

  private lost(): number {
    return Object.values(this.sense.lost()).reduce((sum, count) => sum + count, 0);
  }

  copy(program: string, name: string): string {
    const copy = join(this.folder, name);
    cpSync(program, copy);
    return copy;
  }

  close(): void {
    for (const end of this.endings) end();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
