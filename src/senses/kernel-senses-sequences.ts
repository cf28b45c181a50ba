import type { EventKind } from "../core/event-kinds.ts";
import { PROFILE_LIMITS, profileId, type ProfileOrder, type ProfileReport } from "../core/sequence-profile.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import { SequenceSense, type SequenceSenseOptions } from "./sequences/sequence-sense.ts";

export const NO_PROFILES: ProfileReport = { states: [], untold: 0, unplaced: 0, refused: 0 };

/** The sequence sensor, loaded only when it is first wanted: its tables take 2 MB. */
export class SequencePart {
  private readonly options: SequenceSenseOptions;
  private sense: SequenceSense | undefined;
  /** Refused once, or at its end: not tried again. */
  private over = false;
  private wanted = false;
  /** Orders that came before the sensor was wanted: the latest of each executable. */
  private readonly waiting = new Map<string, ProfileOrder>();

  constructor(options: SequenceSenseOptions) {
    this.options = options;
  }

  want(wanted: boolean): void {
    if (this.sense === undefined && !this.over && wanted) {
      const started = SequenceSense.start(this.options);
      if (started.ok) {
        this.sense = started.value;
        this.sense.follow([...this.waiting.values()]);
        this.waiting.clear();
      } else {
        this.over = true;
        this.options.onTrouble(started.code, `orders of system calls: ${started.says}`);
      }
    }
    this.wanted = wanted;
    this.sense?.want(wanted);
  }

  follow(orders: readonly ProfileOrder[]): void {
    if (this.sense !== undefined || this.over) return this.sense?.follow(orders);
    for (const order of orders) {
      const id = profileId(order.file);
      if (this.waiting.size < PROFILE_LIMITS.profiles || this.waiting.has(id)) this.waiting.set(id, order);
    }
  }

  report(): ProfileReport {
    return (this.wanted ? this.sense?.report() : undefined) ?? NO_PROFILES;
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
