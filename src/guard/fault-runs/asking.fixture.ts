import type { ActionKind, Decision, LeaseInfo, Proposal } from "../../core/action.ts";
import type { Waiting } from "../approvals.ts";
import { RandomStream } from "../../core/random.ts";
import { ENFORCED, HOST_KNOBS, TASK_KNOBS, TEXT_KNOBS } from "./knobs.fixture.ts";
import { isOnce } from "./ledger.fixture.ts";
import { type ModelKnob, Violation } from "./model.fixture.ts";
import type { FaultRun } from "./run.fixture.ts";
import { type Deed, FOREIGN, GROUPS, GUARDED, HOST_GROUP } from "./stage.fixture.ts";

const FILE = { dev: 1, ino: 4_000_000_001 };

/** What the hive and people ask of the layer, and what its answers oblige it to. */
export class Asking {
  private readonly run: FaultRun;
  private proposals = 0;

  constructor(run: FaultRun) {
    this.run = run;
  }

  propose(): void {
    this.ask(this.deed());
  }

  /** What a lease was about, once more. */
  askFor({ kind, cgroup }: LeaseInfo): void {
    const rows = [...TEXT_KNOBS, ...HOST_KNOBS, ...TASK_KNOBS];
    const values = Object.keys(rows.find((row) => row.kind === kind)?.asks ?? { 1: "" });
    this.ask({ kind, group: cgroup, value: Number(this.run.pick(values)), pid: 0 });
  }

  private ask(deed: Deed): void {
    const leaseMs = this.run.pick([500, 5000, 30_000, 120_000, 1e9]);
    const { kind, group, value, pid } = deed;
    const byProcess = pid > 0;
    const target = group === HOST_GROUP ? "host" : byProcess ? `p:${pid}@${pid * 10}` : `w:${group}`;
    const proposal: Proposal = {
      id: `q${this.proposals++}`,
      agent: "tester",
      kind,
      target,
      value,
      leaseMs,
      reason: "it is asked for",
      evidence: [],
      ...(kind.startsWith("exec.") && { file: FILE }),
    };
    this.decided(deed, leaseMs, 0, () => this.run.layer.propose(proposal));
  }

  /** The proposal that was drawn from this state, a second time. */
  again(state: ReturnType<RandomStream["state"]>): void {
    const now = this.run.random;
    this.run.random = RandomStream.restored(state);
    this.propose();
    this.run.random = now;
  }

  approve(): void {
    const first = this.run.pick(this.run.layer.guard?.waiting() ?? []);
    if (first === undefined) return;
    const people = this.run.pick([["login 7"], ["login 8"], ["login 7", "login 8"], ["login 8", "login 8"]]);
    for (const by of people) {
      const waiting = this.run.layer.guard?.waiting().find(({ id }) => id === first.id);
      if (waiting !== undefined) this.approveBy(waiting, by);
    }
  }

  private approveBy(waiting: Waiting, by: string): void {
    const { kind, cgroup, proposal, approvedBy } = waiting;
    const pid = Number(/^p:(\d+)@/.exec(proposal.target)?.[1] ?? 0);
    const deed = { kind, group: cgroup, value: proposal.value, pid };
    const people = new Set([...approvedBy, by]).size;
    this.decided(deed, proposal.leaseMs, people, () =>
      this.run.layer.during(() => {
        const approved = this.run.layer.guard?.approve(waiting.id, by);
        return approved?.ok === true ? approved.value.decision : undefined;
      }),
    );
  }

  dismiss(): void {
    const waiting = this.run.pick(this.run.layer.guard?.waiting() ?? []);
    if (waiting !== undefined) this.run.layer.during(() => this.run.layer.guard?.dismiss(waiting.id));
  }

  /** Gives what was taken back, where a person was told that it was. */
  undo(): LeaseInfo | undefined {
    const lease = this.run.pick(this.run.layer.guard?.leases() ?? []);
    if (lease === undefined) return undefined;
    const recorded = this.run.machine.isCalm;
    const undone = this.run.layer.during(() => this.run.layer.guard?.undo(lease.action, "login 7"));
    if (undone?.ok !== true) return undefined;
    this.run.note(`undid ${lease.kind} of ${lease.cgroup}`);
    this.ended(lease);
    const { kind, cgroup } = lease;
    this.run.ledger.undid(lease.action, { kind, group: cgroup }, this.run.layer.clock.monoMs(), recorded);
    return lease;
  }

  private decided(deed: Deed, leaseMs: number, people: number, ask: () => Decision | "alone" | undefined): void {
    const { kind, group, value } = deed;
    this.run.stage.deed = deed;
    const decision = ask();
    if (this.run.random.next() < 0.5) this.run.layer.quiet();
    this.run.stage.deed = undefined;
    const outcome = typeof decision === "object" ? decision.outcome : (decision ?? "none");
    const says = typeof decision === "object" ? `${decision.code} ${decision.says}`.slice(0, 90) : "";
    this.run.note(`${kind} ${group} ${value} for ${leaseMs}: ${outcome} ${says}`);
    this.run.ledger.count(`${kind} ${outcome}`);
    // Cut short, it may have been done or not.
    if (kind === "thaw" && outcome !== "refused") this.run.stage.knob("freeze", group)?.mayBe("0");
    if (typeof decision !== "object" || (outcome !== "applied" && outcome !== "renewed")) return;
    const nowMs = this.run.layer.clock.monoMs();
    if (outcome === "applied") this.run.ledger.applied(decision.action, deed, nowMs, people);
    if (isOnce(kind)) return;
    const until = nowMs + this.run.ledger.grantMs(kind, leaseMs);
    for (const knob of this.knobsOf(deed)) {
      const text = this.textOf(deed, knob);
      const now = knob.see();
      if (now !== undefined && now !== text)
        throw new Violation(`${knob.name} is ${now} right after ${outcome} ${text}`);
      knob.applied(text, until, outcome === "renewed");
    }
  }

  private knobsOf({ kind, group }: Pick<Deed, "kind" | "group">): ModelKnob[] {
    return [...this.run.stage.knobs.values()].filter((knob) => knob.kind === kind && knob.group === group);
  }

  private textOf({ kind, value }: Deed, knob: ModelKnob): string {
    const row = [...TEXT_KNOBS, ...HOST_KNOBS].find((each) => each.kind === kind);
    if (row !== undefined) return row.asks[value]?.[this.run.stage.version(row)] ?? "?";
    const task = TASK_KNOBS.find((each) => each.kind === kind);
    if (task !== undefined) return String((task.asks as Readonly<Record<number, number>>)[value]);
    return knob.kind === "cpu.idle" || knob.kind === "freeze" ? String(value) : "set";
  }

  ended({ kind, cgroup }: Pick<LeaseInfo, "kind" | "cgroup">): void {
    for (const knob of this.knobsOf({ kind, group: cgroup })) knob.ended();
  }

  private deed(): Deed {
    const group = this.run.pick<string>([...GROUPS, ...GROUPS, ...GROUPS, ...GROUPS, GUARDED, FOREIGN]);
    const host = this.run.pick(HOST_KNOBS);
    const row = this.run.pick([...TEXT_KNOBS, ...TEXT_KNOBS]);
    const task = this.run.pick(TASK_KNOBS);
    const ask = (kind: ActionKind, value: number, pid = 0): Deed => ({ kind, group, value, pid });
    const pids = this.run.stage.pids.get(group) ?? [];
    // Of the guarded group its protected program: beside it others may be ended, one by one.
    const pid = (group === GUARDED ? pids[0] : this.run.pick(pids)) ?? 1;
    switch (this.run.random.below(12)) {
      case 0:
        return { kind: host.kind, group: HOST_GROUP, value: Number(this.run.pick(Object.keys(host.asks))), pid: 0 };
      case 1:
        return ask(task.kind, Number(this.run.pick(Object.keys(task.asks))));
      case 2:
      case 3:
        return ask("freeze", 1, this.run.random.next() < 0.3 ? pid : 0);
      case 4:
      case 5:
        return ask("cpu.idle", this.run.pick([1, 1, 1, 0]));
      case 6:
        return ask(this.run.pick(ENFORCED), 1);
      case 7:
        return this.run.pick([
          ask("thaw", 1),
          ask("kill.cgroup", 1),
          ask("kill.process", 1, pid),
          ask("kill.process", 1, pid),
          ask("memory.reclaim", 8),
          ask("io.max", 2048),
        ]);
      default: {
        const value = this.run.random.next() < 0.05 ? 1e7 : Number(this.run.pick(Object.keys(row.asks)));
        return ask(row.kind, value);
      }
    }
  }
}
