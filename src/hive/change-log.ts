import type { Decision, LeaseInfo, Proposal, Reverted } from "../core/action.ts";
import type { Result } from "../core/errors.ts";
import type { Store } from "../store/store.ts";
import type { ChangeRecord } from "./explain.ts";

/** Changes looked at for those of one incident. */
const LOOKED_AT = 200;

/** What was changed and why, for `explain`: the hive's own memory, beside the warden's journal. */
export class ChangeLog {
  private readonly store: Pick<Store, "putChange" | "change" | "changes">;
  private readonly leaseOf: (action: string) => LeaseInfo | undefined;

  constructor(
    store: Pick<Store, "putChange" | "change" | "changes">,
    leaseOf: (action: string) => LeaseInfo | undefined,
  ) {
    this.store = store;
    this.leaseOf = leaseOf;
  }

  applied(proposal: Proposal, decision: Decision, atMs: number): Result<void> {
    return this.store.putChange(decision.action, { atMs, proposal, decision });
  }

  /** Undefined where nothing is known of the change. */
  reverted(reverted: Reverted, atMs: number): Result<void> | undefined {
    const change = this.store.change(reverted.action) as ChangeRecord | undefined;
    if (change === undefined) return undefined;
    return this.store.putChange(reverted.action, { ...change, reverted: { ...reverted, atMs } });
  }

  /** With its end as the guard holds it now: renewals move it. */
  get(action: string): ChangeRecord | undefined {
    const change = this.store.change(action) as ChangeRecord | undefined;
    return change && this.asHeld(change);
  }

  /** The latest first, their ends as the guard holds them now. */
  latest(limit: number): ChangeRecord[] {
    return (this.store.changes(limit) as ChangeRecord[]).map((change) => this.asHeld(change));
  }

  of(incident: string): ChangeRecord[] {
    const changes = this.store.changes(LOOKED_AT) as ChangeRecord[];
    return changes.filter((change) => change.proposal.incident === incident);
  }

  /** Changes that were made for an incident and are in force. */
  heldFor(incident: string): string[] {
    return this.of(incident).flatMap(({ decision }) => this.leaseOf(decision.action)?.action ?? []);
  }

  private asHeld(change: ChangeRecord): ChangeRecord {
    const lease = this.leaseOf(change.decision.action);
    return lease === undefined ? change : { ...change, decision: { ...change.decision, untilMs: lease.untilMs } };
  }
}
