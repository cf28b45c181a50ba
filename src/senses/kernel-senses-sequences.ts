import type { EventKind } from "../core/event-kinds.ts";
import type { ProfileOrder, ProfileState } from "../core/sequence-profile.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import { SequenceSense, type SequenceSenseOptions } from "./sequences/sequence-sense.ts";

/** The sequence sensor, loaded only when it is first wanted: its tables take 2 MB. */
export class SequencePart {
  private readonly options: SequenceSenseOptions;
  private sense: SequenceSense | undefined;
  /** Refused once, or at its end: not tried again. */
  private over = false;
  private wanted = false;

  constructor(options: SequenceSenseOptions) {
    this.options = options;
  }

  want(wanted: boolean): void {
    if (this.sense === undefined && !this.over && wanted) {
      const started = SequenceSense.start(this.options);
      if (started.ok) {
        this.sense = started.value;
      } else {
        this.over = true;
        this.options.onTrouble(started.code, `orders of system calls: ${started.says}`);
      }
    }
    this.wanted = wanted;
    this.sense?.want(wanted);
  }

  follow(orders: readonly ProfileOrder[]): void {
    this.sense?.follow(orders);
  }

  states(): readonly ProfileState[] {
    return this.wanted ? (this.sense?.states() ?? []) : [];
  }

  kinds(): readonly EventKind[] {
    return this.attached().length > 0 ? ["sequence"] : [];
  }

  counts(): Partial<Record<EventKind, number>> {
    return this.sense?.counts() ?? {};
  }

  lost(): Partial<Record<EventKind, number>> {
    return this.sense?.lost() ?? {};
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
