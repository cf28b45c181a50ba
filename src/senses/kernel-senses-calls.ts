import type { CallKind, EventKind } from "../core/event-kinds.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import { type CallSense, type CallSenseOptions, startCallSense, type WriteCount } from "./calls/call-sense.ts";

/** The call sensor, loaded only when a call is first wanted: who wants none pays no memory for it. */
export class CallPart {
  private readonly options: CallSenseOptions;
  private sense: CallSense | undefined;
  /** Refused once, or at its end: not tried again. */
  private over = false;
  private wanted: readonly (CallKind | "writes")[] = [];

  constructor(options: CallSenseOptions) {
    this.options = options;
  }

  want(kinds: readonly (CallKind | "writes")[]): void {
    if (this.sense === undefined && !this.over && kinds.length > 0) {
      const started = startCallSense(this.options);
      if (started.ok) {
        this.sense = started.value;
      } else {
        this.over = true;
        this.options.onTrouble(started.code, `system calls: ${started.says}`);
      }
    }
    if (this.over) return;
    this.wanted = kinds;
    this.sense?.want(kinds);
  }

  kinds(): readonly EventKind[] {
    return this.over ? [] : this.wanted;
  }

  counts(): Partial<Record<EventKind, number>> {
    return this.sense?.counts() ?? {};
  }

  lost(): Partial<Record<EventKind, number>> {
    return this.sense?.lost() ?? {};
  }

  merged(): Partial<Record<EventKind, number>> {
    return this.sense?.merged() ?? {};
  }

  writes(): readonly WriteCount[] {
    return this.over ? [] : (this.sense?.writes() ?? []);
  }

  attached(): readonly string[] {
    return this.over ? [] : (this.sense?.attached() ?? []);
  }

  get object(): BpfObject | undefined {
    return this.over ? undefined : this.sense?.object;
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.sense?.close();
  }
}
