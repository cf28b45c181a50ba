import { RandomStream } from "../../core/random.ts";
import type { Shape } from "../host.fixture.ts";
import { restoreChanges } from "../restore.ts";
import { Asking } from "./asking.fixture.ts";
import { configOf } from "./config.fixture.ts";
import { Layer } from "./layer.fixture.ts";
import { Ledger } from "./ledger.fixture.ts";
import { type Death, Machine, type Operation } from "./machine.fixture.ts";
import { Violation } from "./model.fixture.ts";
import { Others } from "./others.fixture.ts";
import { GROUPS, Stage } from "./stage.fixture.ts";
import { STEPS, type StepName } from "./steps.fixture.ts";

/** One run: a host, a layer on it, and a seeded sequence of everything that can happen to both. */
export class FaultRun {
  readonly trace: string[] = [];
  readonly ledger = new Ledger();
  random: RandomStream;
  readonly machine = new Machine();
  readonly stage: Stage;
  readonly layer: Layer;
  readonly asking = new Asking(this);
  readonly others = new Others(this);
  private narrow = false;

  constructor(seed: number) {
    this.random = new RandomStream(seed);
    this.stage = new Stage(this.pick<Shape>(["v2", "v2", "v1", "hybrid"]), this.machine);
    this.layer = new Layer(this.stage, this.machine, this.random.next() < 0.7);
    this.layer.onStopped = () => this.look("while the warden is stopped");
    this.layer.onRecovered = (complete) => this.recovered(complete);
    this.trace.push(this.stage.shape);
  }

  /** Throws a Violation where the layer breaks a promise. */
  run(steps: number): void {
    this.start();
    for (let step = 0; step < steps; step++) {
      const name = this.stepName();
      this.note(name);
      STEPS[name].do(this);
      this.look(`after ${name}`);
      if (this.layer.guard === undefined && this.random.next() < 0.6) this.start();
    }
    this.finish();
  }

  pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)]!;
  }

  note(says: string): void {
    this.trace.push(says);
  }

  get isLive(): boolean {
    return this.layer.guard !== undefined;
  }

  start(): boolean {
    const started = this.layer.start(configOf(this.narrow));
    this.ledger.inScope = this.narrow ? ["/swarms/a"] : GROUPS;
    this.note(started ? "started" : `could not start: ${this.layer.why}`);
    return started;
  }

  /** Everything that one of the two other processes had asked for, or watched over, is taken back. */
  lose(what: "hive-lost" | "sentinel-lost"): void {
    if (!this.isLive) return;
    if (what === "sentinel-lost") this.layer.sentinel = false;
    if (this.layer.revertAll(what)) return this.allEnded();
    if (!this.isLive || !this.machine.isCalm) return;
    this.layer.pass(2400);
    if (this.layer.guard?.leases().length !== 0)
      throw new Violation(`changes are in force although the ${what.replace("-", " is ")}`);
  }

  /** `swarms restore` beside a running layer must leave it alone; beside a dead one it does what a start would. */
  restoreByHand(): void {
    const { stage, layer } = this;
    const { folder, clock, bootId } = layer;
    const owner = { pid: 899, startTicks: 8990, bootId };
    stage.host.process(899, { ppid: 1 });
    const restored = layer.during(() =>
      restoreChanges({ folder, fs: stage.host, clock, cause: "restore", procRoot: stage.host.procRoot, owner }),
    );
    stage.host.end(899);
    if (this.isLive && restored?.ok === true && restored.value.reverted.length > 0)
      throw new Violation("a restore by hand took back what a running layer holds");
    if (!this.isLive && restored?.ok === true && restored.value.unfinished === 0) this.recovered(true);
  }

  reload(): void {
    if (!this.isLive) return;
    this.narrow = !this.narrow;
    const before = new Map(this.layer.guard?.leases().map((lease) => [lease.action, lease]));
    this.layer.during(() => this.layer.guard?.reload(configOf(this.narrow)));
    this.ledger.inScope = this.narrow ? ["/swarms/a"] : GROUPS;
    for (const lease of this.layer.guard?.leases() ?? []) before.delete(lease.action);
    for (const lease of before.values()) this.asking.ended(lease);
    if (!this.narrow || !this.machine.isCalm) return;
    // What somebody else wrote at that very moment is given up a second later.
    this.layer.pass(2400);
    const wrong = this.layer.guard?.leases().find(({ kind, cgroup }) => cgroup === "/swarms/b" || kind === "freeze");
    if (wrong !== undefined)
      throw new Violation(`${wrong.kind} of ${wrong.cgroup} outlived a configuration without it`);
  }

  powerCut(): void {
    this.layer.powerCut(() => this.random.next());
    this.machine.calm(this.layer.clock.monoMs());
    // Whatever the journal holds was done to another kernel's knobs.
    this.stage.mayWrite = false;
    const started = this.start();
    this.stage.mayWrite = true;
    if (!started) throw new Violation("no start after a power cut");
  }

  fault(): void {
    const on = this.pick<readonly Operation[]>([
      ["write"],
      ["fsync"],
      ["open"],
      ["rename"],
      ["truncate", "fsync"],
      ["open", "write", "fsync", "rename", "truncate", "unlink"],
      ["knob write", "host write"],
      ["knob read"],
      ["knob list"],
      ["knob read", "knob write", "knob list", "host write"],
    ]);
    const isDisk = on[0] !== "knob write" && on[0] !== "knob read" && on[0] !== "knob list";
    const errno = this.pick(
      isDisk ? ["ENOSPC", "EIO", "EROFS", "EACCES"] : ["EBUSY", "EIO", "EACCES", "EROFS", "EINVAL"],
    );
    const times = this.pick([1, 1, 2, 5, 40, Infinity]);
    const after = this.random.below(8);
    this.note(`fault: ${on.join("+")} ${errno} after ${after}, ${times} times`);
    this.machine.fail({ on, errno, after, times });
  }

  killSoon(): void {
    const [after, how] = [this.random.below(60), this.pick<Death>(["before", "half", "after"])];
    this.note(`kill -9 ${how} operation ${after} from now`);
    this.machine.killAfter(after, how);
  }

  calm(): void {
    this.machine.calm(this.layer.clock.monoMs());
    this.stage.host.onWritten = () => {};
    this.layer.pass(2400);
  }

  /** The one invariant of a living layer: each knob is somebody else's, or paid for by an answer that still holds. */
  private look(when: string): void {
    const nowMs = this.layer.clock.monoMs();
    if (!this.isLive || !this.machine.isCalm || nowMs - this.machine.calmSinceMs < 2400) return;
    for (const knob of this.stage.knobs.values()) knob.checkInForce(when, nowMs);
  }

  private recovered(complete: boolean): void {
    if (!complete) return;
    this.note("recovered");
    this.allEnded();
    for (const knob of this.stage.knobs.values()) knob.checkInForce("after a recovery", this.layer.clock.monoMs());
    if (this.machine.isCalm) this.ledger.verify(this.layer.folder, "after a recovery");
  }

  /** Whatever happened: once nothing fails any more and the layer has come back, or gone in order, the host is as others want it. */
  private finish(): void {
    const { layer, machine } = this;
    this.calm();
    if (!this.isLive && !this.start()) throw new Violation("no start although nothing fails any more");
    const how = this.pick(["stop", "kill", "kill both", "restore by hand"]);
    this.note(`finish: ${how}`);
    if (how === "stop") layer.stop();
    else {
      layer.sentinel = how === "kill";
      layer.lost();
      if (how === "restore by hand") this.restoreByHand();
    }
    if (!this.start()) throw new Violation("no start at the end");
    machine.calm(layer.clock.monoMs());
    if (layer.guard?.leases().length !== 0) throw new Violation("a fresh start holds changes");
    this.allEnded();
    for (const knob of this.stage.knobs.values()) knob.checkInForce("at the end", layer.clock.monoMs());
    layer.stop();
    this.ledger.verify(layer.folder, "at the end");
  }

  private allEnded(): void {
    for (const knob of this.stage.knobs.values()) knob.ended();
  }

  private stepName(): StepName {
    const names = Object.keys(STEPS) as StepName[];
    let left = this.random.below(names.reduce((sum, name) => sum + STEPS[name].weight, 0));
    for (const name of names) {
      left -= STEPS[name].weight;
      if (left < 0) return name;
    }
    return "propose";
  }
}
