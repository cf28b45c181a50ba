import type { Proposal } from "../core/action.ts";

export const OPEN_PROPOSALS = {
  /** Beyond it nothing more is asked until answers come. */
  most: 1024,
  /** A guard answers within a turn; what has no answer after this was lost on the way, as when the warden began anew. */
  keepMs: 60_000,
} as const;

/** Proposals that wait for the guard's answer; bounded in number and in time. */
export class OpenProposals {
  /** Oldest first. */
  private readonly waiting = new Map<string, { readonly proposal: Proposal; readonly askedMs: number }>();

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

  /** The proposal that an answer is to, once. */
  take(id: string): Proposal | undefined {
    const known = this.waiting.get(id);
    this.waiting.delete(id);
    return known?.proposal;
  }
}
