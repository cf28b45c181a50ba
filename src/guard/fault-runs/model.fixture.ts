import type { ActionKind } from "../../core/action.ts";

/** What the model holds true and the layer did not. */
export class Violation extends Error {}

/** A value that the layer may have in force, until when. CLOCK_MONOTONIC milliseconds. */
interface Held {
  readonly text: string;
  readonly untilMs: number;
}

/** Leases end at the warden's next turn; a refusing knob is tried again a second later. */
const TURN_MS = 1000;

/**
 * One knob as somebody who looks on understands it, knowing nothing of baselines, leases, records or hashes: which values
 * are somebody else's, which of the layer's are paid for by an answer that it gave, and until when.
 */
export class ModelKnob {
  readonly name: string;
  readonly kind: ActionKind;
  readonly group: string;
  /** What it may be where nothing of the layer is in force. More than one where nobody can tell who wrote it. */
  bases: Set<string>;
  private held: Held[] = [];
  /** What somebody else wrote last and no answer of the layer has replaced since. */
  private others: string | undefined;
  private readonly read: () => string | undefined;
  /** Whether the layer and others write the same texts. */
  private readonly isFlag: boolean;

  constructor(
    kind: ActionKind,
    group: string,
    about: { readonly name?: string; readonly isFlag?: boolean; read(): string | undefined },
  ) {
    this.kind = kind;
    this.group = group;
    this.name = about.name ?? `${kind} of ${group}`;
    this.isFlag = about.isFlag ?? false;
    this.read = () => about.read();
    this.bases = new Set([about.read() ?? ""]);
  }

  /** Undefined where it is gone. */
  see(): string | undefined {
    return this.read();
  }

  /** Somebody else wrote it. */
  written(text: string): void {
    if (this.isFlag) {
      this.bases.add(text);
      // Switched off under the layer nobody but the writer could want it so; switched on, nobody can tell.
      if (text === "0") this.held = [];
      return;
    }
    this.bases = new Set([text]);
    this.held = [];
    this.others = text;
  }

  /** The kernel, or a change done once, may have made it so. */
  mayBe(text: string): void {
    this.bases.add(text);
  }

  /** The layer said that it applied this, or renewed it, which never makes it shorter. */
  applied(text: string, untilMs: number, renewed = false): void {
    const before = renewed ? Math.max(0, ...this.held.map((held) => held.untilMs)) : 0;
    this.held = [{ text, untilMs: Math.max(before, untilMs) }];
    this.others = undefined;
  }

  /** The layer said, or had to see to it, that nothing of it is in force. */
  ended(): void {
    this.held = [];
  }

  holds(text: string, nowMs: number): boolean {
    return this.held.some((held) => held.text === text && nowMs < held.untilMs + TURN_MS);
  }

  /** A write of the layer that no proposal asked for: back to somebody's value, and never over somebody's newer one. */
  checkRevert(now: string, text: string, nowMs: number): void {
    if (this.others !== undefined && now === this.others && text !== now)
      throw new Violation(`${this.name}: ${now}, which somebody else wrote, was overwritten by ${text}`);
    if (!this.bases.has(text) && !this.holds(text, nowMs))
      throw new Violation(`${this.name}: ${text} was written over ${now}; only ${this.allowed(nowMs)} could be meant`);
  }

  checkInForce(when: string, nowMs: number): void {
    const now = this.see();
    if (now !== undefined && !this.bases.has(now) && !this.holds(now, nowMs))
      throw new Violation(`${this.name} is ${now} ${when}, not ${this.allowed(nowMs)}`);
  }

  private allowed(nowMs: number): string {
    const held = this.held.filter(({ text }) => this.holds(text, nowMs)).map(({ text }) => `${text} by a lease`);
    return [...this.bases, ...held].join(" or ");
  }
}
