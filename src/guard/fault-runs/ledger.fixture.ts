import { type ActionKind, specOf } from "../../core/action.ts";
import { findDamage } from "../journal/scan.ts";
import { actionId } from "../journal/record.ts";
import { ADVISED } from "./knobs.fixture.ts";
import { Violation } from "./model.fixture.ts";
import { FOREIGN, GUARDED, type Deed } from "./stage.fixture.ts";

const HOUR_MS = 3_600_000;
export const RESPECT_MS = 600_000;
export const BUDGET = { containments: 3, kills: 1 } as const;
/** Seconds that the configuration of the runs grants. */
export const LEASE_SECONDS = { balance: 30, contain: 120 } as const;
const KILLS: readonly ActionKind[] = ["kill.process", "kill.cgroup"];
const CONTAINMENTS: readonly ActionKind[] = ["freeze", "net.deny", "exec.deny", "exec.kill", ...KILLS];

/** What the layer promised by its answers, and what must be true of them for ever. */
export class Ledger {
  private readonly acted: { readonly action: string; readonly deed: Deed }[] = [];
  private readonly contained: { readonly atMs: number; readonly kind: ActionKind }[] = [];
  private readonly vetoes = new Map<string, number>();
  private readonly undone: string[] = [];
  readonly counts = new Map<string, number>();
  /** Groups that the configuration in force leaves in scope. */
  inScope: readonly string[] = [];

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Milliseconds that an answer grants at most. */
  grantMs(kind: ActionKind, leaseMs: number): number {
    const seconds = CONTAINMENTS.includes(kind) ? LEASE_SECONDS.contain : LEASE_SECONDS.balance;
    return Math.min(leaseMs, 1000 * seconds);
  }

  applied(action: string, deed: Deed, nowMs: number, approvedBy: number): void {
    const { kind, group } = deed;
    const name = `${kind} of ${group}`;
    if (group === GUARDED || group === FOREIGN) throw new Violation(`${name} was applied: protected or out of scope`);
    const isHost = kind.startsWith("sysctl.");
    if (!isHost && !this.inScope.includes(group)) throw new Violation(`${name} was applied, out of the scope now`);
    if (approvedBy < (ADVISED[kind] ?? 0)) throw new Violation(`${name} was applied, approved by ${approvedBy} people`);
    if ((this.vetoes.get(`${kind} ${group}`) ?? 0) > nowMs)
      throw new Violation(`${name} again, which a person took back`);
    this.acted.push({ action, deed });
    if (!CONTAINMENTS.includes(kind)) return;
    this.contained.push({ atMs: nowMs, kind });
    const lately = this.contained.filter(({ atMs }) => nowMs - atMs < HOUR_MS);
    const kills = lately.filter((each) => KILLS.includes(each.kind)).length;
    if (lately.length > BUDGET.containments) throw new Violation(`${lately.length} containments in an hour`);
    if (kills > BUDGET.kills) throw new Violation(`${kills} kills in an hour`);
  }

  /** A person took a change back, and was told so. What a disk that fails did not take, a later process cannot know. */
  undid(action: string, { kind, group }: Pick<Deed, "kind" | "group">, nowMs: number, recorded: boolean): void {
    if (!recorded) return;
    this.vetoes.set(`${kind} ${group}`, nowMs + RESPECT_MS);
    this.undone.push(action);
  }

  /** Past hours are told apart by the wall clock once the process is another: one that was set forward forgets. */
  clockWasSet(): void {
    this.vetoes.clear();
    this.contained.length = 0;
  }

  /** The journal is whole, and holds everything that was said to be done. */
  verify(folder: string, when: string): void {
    const intents = new Map<string, string>();
    const undone = new Set<string>();
    const found = findDamage(folder, (record, { carried }) => {
      if (carried) return;
      if (record.type === "intent") intents.set(actionId(record.seq), `${record.body.kind} ${record.body.cgroup}`);
      if (record.type === "revert" && record.body.cause === "undo") undone.add(record.body.action);
    });
    if (!found.ok) throw new Violation(`the journal is damaged ${when}: ${found.damage.says}`);
    for (const { action, deed } of this.acted)
      if (intents.get(action) !== `${deed.kind} ${deed.group}`)
        throw new Violation(
          `${action} (${deed.kind} of ${deed.group}) was applied, and the journal has ${intents.get(action)}`,
        );
    for (const action of this.undone)
      if (!undone.has(action)) throw new Violation(`a person took ${action} back, and the journal does not say so`);
  }
}

/** Kinds that write a knob which goes back. */
export function isOnce(kind: ActionKind): boolean {
  return specOf(kind).once === true;
}
