import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventKind, SensedEvent } from "../core/event.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { RecordDecoder } from "./decode.ts";
import { startKernelSenses, type KernelSenses, type KernelSensesOptions } from "./kernel-senses.ts";

export function missing(t: TestContext): boolean {
  const lacking = probeBpfFeatures().find(
    (feature) => ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"].includes(feature.name) && !feature.available,
  );
  if (lacking !== undefined) t.skip(`needs ${lacking.name} (${lacking.found})`);
  return lacking !== undefined;
}

export function started(options: Partial<KernelSensesOptions> = {}): { senses: KernelSenses; events: SensedEvent[] } {
  const decoder = new RecordDecoder();
  const events: SensedEvent[] = [];
  const senses = startKernelSenses({
    wants: ["connect"],
    runq: false,
    ringBytes: 1 << 20,
    onRecords: (records) => assert.equal(decoder.decode(records, (event) => events.push(event)).damaged, 0),
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
    ...options,
  });
  assert.ok(senses.ok, senses.ok ? "" : senses.says);
  return { senses: senses.value, events };
}

/** Waits for an event, at most two seconds. */
export async function seen<K extends EventKind>(
  events: readonly SensedEvent[],
  kind: K,
  matches: (event: Extract<SensedEvent, { kind: K }>) => boolean,
): Promise<Extract<SensedEvent, { kind: K }>> {
  for (let tries = 0; tries < 200; tries++) {
    const found = events.find(
      (event): event is Extract<SensedEvent, { kind: K }> =>
        event.kind === kind && matches(event as Extract<SensedEvent, { kind: K }>),
    );
    if (found !== undefined) return found;
    await sleep(10);
  }
  return assert.fail(`no such ${kind} among ${events.length} events`);
}

/** Until every exec that the kernel made was either read or counted as lost: others may run programs at any time. */
export async function settled(senses: KernelSenses, events: readonly SensedEvent[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    await sleep(10);
    if (execs(events) + senses.lost().exec === senses.counts().exec) return;
  }
  assert.fail(`${execs(events)} read, ${senses.lost().exec} lost of ${senses.counts().exec}`);
}

export function execs(events: readonly SensedEvent[]): number {
  return events.filter(({ kind }) => kind === "exec").length;
}
