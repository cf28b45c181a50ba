import type { Outcome, Proposal } from "../core/action.ts";
import { dropOldest } from "../immune/bounded/oldest.ts";

export const OPEN_PROPOSALS = {
  /** Beyond it nothing more is asked until answers come. */
  most: 1024,
  /** A guard answers within a turn; what has no answer after this was lost on the way, as when the warden began anew. */
  keepMs: 60_000,
  /** That wait for people: more than a guard lists. */
  advised: 256,
} as const;

/** Proposals that wait for the guard's answer; bounded in number and in time. */
export class OpenProposals {
  /** Oldest first. */
  private readonly waiting = new Map<string, { readonly proposal: Proposal; readonly askedMs: number }>();

  private readonly advised = new Map<string, Proposal>();

  /** `nowMs` monotonic. False where too many wait. */
  add(proposal: Proposal, nowMs: number): boolean {
    for (const [id, { askedMs }] of this.waiting) {
      if (nowMs - askedMs < OPEN_PROPOSALS.keepMs) break;
      this.waiting.delete(id);
    }
    if (this.waiting.size >= OPEN_PROPOSALS.most) return false;
    this.waiting.set(proposal.id, { proposal, askedMs: nowMs });
    return true;
  }

  /** The proposal that an answer is to, once; one that waits for people, until they decide. */
  take(id: string, outcome: Outcome): Proposal | undefined {
    const proposal = this.waiting.get(id)?.proposal ?? this.advised.get(id);
    this.waiting.delete(id);
    this.advised.delete(id);
    if (outcome === "advised" && proposal !== undefined) {
      this.advised.set(id, proposal);
      dropOldest(this.advised, OPEN_PROPOSALS.advised);
    }
    return proposal;
  }
}
