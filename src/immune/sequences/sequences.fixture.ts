import { processKey, fileKey, type ProcessRef } from "../../core/entity.ts";
import type { SequenceEvent } from "../../core/event.ts";
import { profileId, type ProfileOrder, type ProfileState } from "../../core/sequence-profile.ts";
import { CallBitmap, newCallWindow } from "../../swarm/sequences/call-bitmap.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { SequencesAgent } from "./sequences.ts";

const CHANGE_MS = 1_600_000_000_000;

/** A kernel that keeps what it is ordered and learns as the real one does, and the whole colony beside it. */
export class SequenceHost {
  readonly host: FakeHost;
  readonly agent: SequencesAgent;
  readonly orders: ProfileOrder[] = [];
  /** By profile: what stands in the kernel. */
  readonly kernel = new Map<string, { order: ProfileOrder; bitmap: CallBitmap; windows: number; fresh: number }>();

  constructor(memory?: unknown) {
    this.host = new FakeHost(createImmuneColony({ leaseMs: 300_000, depth: "full" }));
    const agent = this.host.agents.find((each) => each instanceof SequencesAgent);
    if (agent === undefined) throw new Error("the colony has no such agent");
    this.agent = agent;
    if (memory !== undefined) agent.recall(memory);
    agent.useOrders((orders) => orders.forEach((order) => this.follow(order)));
  }

  /** Many calls of an executable without a profile. */
  unprofiled(process: ProcessRef, changeMs = CHANGE_MS): void {
    this.host.event(this.event(process, "unprofiled", [], 0, changeMs));
  }

  /** Calls as the kernel takes them: learned, checked, or neither. Tells what it would; gives how many windows were unknown. */
  calls(process: ProcessRef, calls: readonly number[], changeMs = CHANGE_MS): number {
    const profile = this.kernel.get(profileId({ ...this.fileOf(process), changeMs }));
    if (profile === undefined || profile.order.mode === "off") return 0;
    const isLearning = profile.order.mode === "learn";
    const task = newCallWindow();
    let unknown = 0;
    for (const [at, call] of calls.entries()) {
      const verdict = profile.bitmap.step(task, call, isLearning);
      if (verdict === "short") continue;
      profile.windows++;
      if (verdict !== "new") continue;
      unknown++;
      if (isLearning) profile.fresh++;
      const told = isLearning ? "learned" : "departed";
      const mean = (task.misses + profile.order.share / 1024) / (task.windows + profile.order.windows);
      if (isLearning || mean * 65_536 > profile.order.limit)
        this.host.event(this.event(process, told, calls.slice(Math.max(0, at - 13), at + 1), mean, changeMs));
    }
    return unknown;
  }

  /** The minute's report. */
  report(): void {
    const states = [...this.kernel.values()].map(({ order, bitmap, windows, fresh }): ProfileState => {
      const bits = Buffer.from(bitmap.snapshot().buffer).toString("base64");
      const mode = order.mode === "forget" ? "off" : order.mode;
      return { file: order.file, mode, windows, fresh, departures: 0, fill: bitmap.fill, bits };
    });
    this.agent.takeReport({ states, untold: 0, unplaced: 0, refused: 0 }, this.host.wallMs);
  }

  minutes(count: number): void {
    for (let minute = 0; minute < count; minute++) {
      this.host.wait(60_000);
      this.report();
    }
  }

  /** Evidence of another kind. */
  accuse(process: ProcessRef, weight: number, kind = "other"): void {
    const entity = processKey(process);
    depositDanger(this.host.context(), {
      agent: "test",
      kind,
      entity,
      weight,
      says: "other evidence",
      numbers: {},
    });
    this.host.settle();
  }

  modeOf(process: ProcessRef, changeMs = CHANGE_MS): ProfileOrder["mode"] | undefined {
    return this.kernel.get(profileId({ ...this.fileOf(process), changeMs }))?.order.mode;
  }

  /** What this agent has deposited, without the slow trace. */
  get weights(): number[] {
    return this.host.deposits
      .filter(({ pheromone, evidence }) => pheromone === "danger" && evidence.agent === "sequences")
      .map(({ evidence }) => evidence.weight);
  }

  private follow(order: ProfileOrder): void {
    this.orders.push(order);
    const id = profileId(order.file);
    if (order.mode === "forget") return void this.kernel.delete(id);
    const known = this.kernel.get(id);
    const bytes = Buffer.alloc(8192);
    bytes.set(Buffer.from(order.bits ?? "", "base64"));
    const words = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 8192));
    const bitmap = order.bits === undefined && known !== undefined ? known.bitmap : new CallBitmap(words);
    this.kernel.set(id, { order, bitmap, windows: known?.windows ?? 0, fresh: known?.fresh ?? 0 });
  }

  private fileOf(process: ProcessRef): { dev: number; ino: number } {
    const [, dev = 0, ino = 0] = (this.host.context().processes.get(processKey(process))?.exe ?? "")
      .split(":")
      .map(Number);
    if (fileKey({ dev, ino }) === "") throw new Error("no executable");
    return { dev, ino };
  }

  private event(
    process: ProcessRef,
    told: SequenceEvent["told"],
    calls: readonly number[],
    mean: number,
    changeMs: number,
  ): SequenceEvent {
    const base = { atNs: this.host.nowMs * 1e6, process, comm: "x", uid: 1000, cgroupId: 1, cpuCgroupId: 1 };
    const exe = this.fileOf(process);
    return { ...base, kind: "sequence", told, exe, changeMs, calls, mean, windows: 100, misses: 50 };
  }
}
