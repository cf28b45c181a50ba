import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../core/action.ts";
import { PHEROMONES, type Agent } from "../core/agent.ts";
import { systemClock } from "../core/clock.ts";
import { processKey } from "../core/entity.ts";
import type { SeenProcess, SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { RecordDecoder } from "../senses/decode.ts";
import { type KernelSenses, startKernelSenses } from "../senses/kernel-senses.ts";
import { ProcessTable } from "../senses/process-table.ts";
import { writesEvents } from "../senses/writes-events.ts";
import { Field } from "../swarm/field.ts";
import { Brain } from "./brain.ts";

/** Why agents cannot be told of the kernel's own events here; undefined where they can. */
export function lacksKernelEvents(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const wanted = ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"];
  const missing = probeBpfFeatures().find(({ name, available }) => wanted.includes(name) && !available);
  return missing && `needs ${missing.name} (${missing.found})`;
}

/** Agents with the kernel's own events. */
export class LiveColony {
  private readonly processes = new ProcessTable();
  private readonly parents = new Map<string, string>();
  private readonly seen = new Set<string>();
  private readonly brain: Brain;
  private readonly senses: KernelSenses;

  /** `known`: processes that ran before, as far as the agents are to know them. */
  constructor(agents: readonly Agent[], ringBytes: number, known: readonly SeenProcess[] = []) {
    this.brain = new Brain(agents, {
      clock: systemClock,
      random: seededRandom(1),
      field: new Field({ pheromones: PHEROMONES, seed: 1 }),
      processes: this.processes,
      propose: () => undefined,
      report: () => undefined,
    });
    this.processes.seed(known, systemClock.wallMs());
    const decoder = new RecordDecoder();
    const senses = startKernelSenses({
      wants: this.brain.wants(),
      runq: false,
      ringBytes,
      onRecords: (records) => void decoder.decode(records, (event) => this.take(event)),
      onTrouble: () => undefined,
    });
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    this.senses = senses.value;
  }

  /** Evidence of the kind on a process and its descendants, once there is some so heavy, or what there is after so many looks. */
  async evidenceOf(pid: number, kind: string, looks: number, least = 0): Promise<readonly Evidence[]> {
    for (let tries = 0; ; tries++) {
      // Events come up to 8 ms late.
      await sleep(10);
      for (const event of writesEvents(this.senses.writes(), 0, 1000)) this.take(event);
      const found = this.told(pid).filter((each) => each.kind === kind && each.agent !== "provenance");
      if ((found.length > 0 && heaviest(found) >= least) || tries === looks) return found;
    }
  }

  close(): Promise<void> {
    return this.senses.close();
  }

  private told(pid: number): Evidence[] {
    const members = new Set([...this.seen].filter((key) => key.startsWith(`p:${pid}@`)));
    for (const [child, parent] of this.parents) if (members.has(parent)) members.add(child);
    return [...members].flatMap((key) => this.brain.evidenceOf(key));
  }

  private take(event: SensedEvent): void {
    this.processes.apply(event, systemClock.wallMs());
    const key = processKey(event.process);
    this.seen.add(key);
    if (event.kind === "fork") this.parents.set(processKey(event.child), key);
    this.brain.onEvent(event);
  }
}

export function heaviest(evidence: readonly Evidence[]): number {
  return Math.max(0, ...evidence.map(({ weight }) => weight));
}

/** Looks at a stage with a live colony on it, where this host has what it needs, and takes it down. `stageOf` may say what lacks. */
export async function onStage<S extends { close(): Promise<void> }>(
  t: TestContext,
  stageOf: () => Promise<S | string> | S,
  look: (stage: S) => Promise<void>,
): Promise<void> {
  const reason = lacksKernelEvents();
  if (reason !== undefined) return t.skip(reason);
  const stage = await stageOf();
  if (typeof stage === "string") return t.skip(stage);
  try {
    await look(stage);
  } finally {
    await stage.close();
  }
}
