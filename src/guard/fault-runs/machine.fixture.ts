/** The process ended: nothing that it would have done afterwards happens. */
export class Killed extends Error {}

/** What a process of the layer does to the outside, one kind of operation each. */
export type Operation =
  | "open"
  | "write"
  | "fsync"
  | "truncate"
  | "rename"
  | "unlink"
  | "knob read"
  | "knob list"
  | "knob write"
  | "host write";

export interface Fault {
  readonly on: readonly Operation[];
  readonly errno: string;
  /** Operations of these kinds that still succeed, and how many fail then. */
  after: number;
  times: number;
}

/** Where a process may end: before an operation, in the midst of a write, or right after a knob took its value. */
export type Death = "before" | "half" | "after";

/** Makes operations of the layer's processes fail, or the process end at one. */
export class Machine {
  private faults: Fault[] = [];
  private left = Number.POSITIVE_INFINITY;
  private how: Death = "before";
  /** Whether the process has ended: whatever it still tries ends too. */
  dead = false;
  /** CLOCK_MONOTONIC milliseconds since when nothing fails. */
  calmSinceMs = 0;

  get isCalm(): boolean {
    return this.faults.length === 0 && this.left === Number.POSITIVE_INFINITY;
  }

  fail(fault: Fault): void {
    this.faults.push(fault);
  }

  killAfter(operations: number, how: Death): void {
    this.left = operations;
    this.how = how;
  }

  /** Nothing fails from now on. */
  calm(nowMs: number): void {
    if (!this.isCalm) this.calmSinceMs = nowMs;
    this.faults = [];
    this.left = Number.POSITIVE_INFINITY;
  }

  /** A new process begins; faults of the host stay. */
  revive(): void {
    this.dead = false;
    this.left = Number.POSITIVE_INFINITY;
  }

  /** Before an operation: the errno with which it fails. `half` does a part of it, where the process ends in its midst. */
  before(operation: Operation, half: () => void = () => {}): string | undefined {
    if (this.dead) throw new Killed(operation);
    if (--this.left < 0 && this.how !== "after") {
      if (this.how === "half") half();
      this.die(operation);
    }
    return this.faults.find((fault) => fault.on.includes(operation) && --fault.after < 0 && --fault.times >= 0)?.errno;
  }

  /** After an operation that took effect. */
  after(operation: Operation): void {
    if (this.left < 0) this.die(operation);
  }

  private die(operation: Operation): never {
    this.dead = true;
    throw new Killed(operation);
  }
}
