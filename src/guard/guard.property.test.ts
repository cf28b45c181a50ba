import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ENFORCE, World } from "./guard.fixture.ts";
import type { Shape } from "./host.fixture.ts";

/** Values of the layer, of somebody else and of the start never meet, so that a final value tells whose it is. */
const LAYER_WEIGHTS = [10, 20, 50];
const START_WEIGHT = "333";
const GROUPS = ["/swarms/a", "/swarms/b"];

const group = fc.constantFrom(...GROUPS);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("weight" as const), group, value: fc.constantFrom(...LAYER_WEIGHTS) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("idle" as const), group, value: fc.constantFrom(1, 1, 0) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("freeze" as const), group }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 4000, 10_000, 700_000) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("undo" as const), nth: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("foreign weight" as const),
      group,
      value: fc.integer({ min: 400, max: 409 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("foreign idle" as const), group, value: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("foreign freeze" as const), group, value: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("kill" as const), after: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("busy" as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("full" as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What each group's knobs must be when nothing of the layer is left. */
interface Expected {
  weight: string;
  /** Somebody else wrote the flag: either value is then theirs or the start's, and the weight may be the kernel's default. */
  idleWritten: boolean;
  frozenWritten: boolean;
}

class Killed extends Error {}

class Run {
  readonly world: World;
  private readonly weightFile: string;
  private readonly expected = new Map<string, Expected>();

  constructor(shape: Shape, sealsLater: boolean) {
    this.world = new World({ ...ENFORCE, budget: { containmentsPerHour: 1000, shareOfScope: 1 } }, shape, sealsLater);
    this.weightFile = shape === "v2" ? "cpu.weight" : "cpu.shares";
    this.world.host.group("/swarms");
    for (const [index, path] of GROUPS.entries()) {
      this.world.host.group(path, [100 + index]);
      this.world.someoneWrites(this.weightFile, START_WEIGHT, path);
      this.expected.set(path, { weight: START_WEIGHT, idleWritten: false, frozenWritten: false });
    }
  }

  take(step: Step): void {
    try {
      this.takeOne(step);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.recover();
    }
  }

  /** kill -9 and a new start. */
  recover(): void {
    this.calm();
    const restored = this.world.restore();
    assert.ok(restored.ok, restored.ok ? "" : restored.says);
    this.check("after a restore");
    this.world.restart();
  }

  calm(): void {
    this.world.host.fault = () => undefined;
    this.world.journalFault = undefined;
  }

  check(when: string): void {
    this.world.verify();
    for (const [path, { weight, idleWritten, frozenWritten }] of this.expected) {
      const seen = [this.weightFile, "cpu.idle"].map((file) => this.world.see(file, path));
      if (!idleWritten) assert.deepEqual(seen, [weight, "0"], `${path} ${when}`);
      else assert.ok(!this.layerWeights().includes(seen[0] ?? ""), `${path} ${when}: weight ${seen[0]}`);
      const frozen = this.world.host.read("freezer", path, this.frozenFile());
      if (!frozenWritten) assert.deepEqual(frozen, { ok: true, value: "0" }, `${path} ${when}`);
    }
  }

  private takeOne(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case "weight":
        return void world.propose("cpu.weight", step.group, step.value);
      case "idle":
        return void world.propose("cpu.idle", step.group, step.value);
      case "freeze":
        return void world.propose("freeze", step.group, 1);
      case "pass":
        world.clock.advance(step.ms);
        for (const seal of world.due?.splice(0) ?? []) seal();
        return void world.guard.expire();
      case "undo":
        return void world.guard.undo(world.guard.leases()[step.nth]?.action ?? "c-0000", "somebody");
      case "foreign weight":
        if (world.host.foreign("cpu", step.group, this.weightFile, String(step.value)).ok)
          this.expect(step.group, { weight: String(step.value) });
        return;
      case "foreign idle":
        world.someoneWrites("cpu.idle", String(step.value), step.group);
        return this.expect(step.group, { idleWritten: true });
      case "foreign freeze":
        world.someoneWrites(
          this.frozenFile() === "cgroup.freeze" ? "cgroup.freeze" : "freezer.state",
          this.frozenWord(step.value),
          step.group,
        );
        return this.expect(step.group, { frozenWritten: true });
      case "kill":
        return this.killAfter(step.after);
      case "busy":
        world.host.fault = () => (step.on ? "EBUSY" : undefined);
        return;
      case "full":
        world.journalFault = step.on ? () => "ENOSPC" : undefined;
        return;
      case "restart":
        return this.recover();
    }
  }

  /** The process dies just before its write number `count` from now, be it to a knob or to the journal. */
  private killAfter(count: number): void {
    let left = count;
    this.world.host.fault = () => {
      if (left-- <= 0) throw new Killed();
      return undefined;
    };
  }

  private expect(path: string, change: Partial<Expected>): void {
    const before = this.expected.get(path);
    assert.ok(before);
    this.expected.set(path, { ...before, ...change });
  }

  private layerWeights(): string[] {
    return LAYER_WEIGHTS.map((value) =>
      this.weightFile === "cpu.weight" ? `${value}` : `${Math.round(value * 10.24)}`,
    );
  }

  private frozenFile(): string {
    return this.world.host.hierarchy("freezer")?.version === 1 ? "freezer.self_freezing" : "cgroup.freeze";
  }

  private frozenWord(flag: number): string {
    if (this.frozenFile() === "cgroup.freeze") return String(flag);
    return flag === 1 ? "FROZEN" : "THAWED";
  }
}

for (const shape of ["v2", "v1", "hybrid"] as const)
  test(`${shape}: whatever is proposed, undone, killed, written by others or fails, every knob ends as it was or as others want it`, () => {
    const property = fc.property(fc.array(step, { maxLength: 24 }), fc.boolean(), (steps, byRestore) => {
      const run = new Run(shape, shape !== "v1");
      try {
        for (const each of steps) run.take(each);
        run.calm();
        // Twice, a second apart: what had failed before is tried again.
        if (byRestore) run.recover();
        else for (const _ of [1, 2]) run.world.guard.revertAll("shutdown");
        assert.deepEqual(run.world.guard.leases(), []);
        run.check("at the end");
      } finally {
        run.world.host.remove();
      }
    });
    fc.assert(property, { seed: 20260101, numRuns: 120 });
  });
