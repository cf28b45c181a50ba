import type { Proposal } from "../core/action.ts";
import type { ProfileOrder } from "../core/sequence-profile.ts";
import type { Answer } from "../core/wire/messages.ts";

/** What the layer asks of whoever holds the guard: the warden over the wire, or a local observer without root. */
export interface GuardPort {
  propose(proposal: Proposal): void;
  undo(action: string, by: string): Promise<Answer>;
  restore(by: string): Promise<Answer>;
  watch(viewers: number): void;
  /** What is to be done with executables' orders of system calls, at most PROFILE_LIMITS.aMessage at once; absent where none are sensed. */
  profiles?(orders: readonly ProfileOrder[]): void;
}
