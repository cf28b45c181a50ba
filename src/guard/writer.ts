import type { Proposal, RevertCause, Reverted } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { actuatorOf } from "./actuators/actuators.ts";
import { withWeight } from "./actuators/cpu-idle.ts";
import { hiddenState } from "./asked.ts";
import type { Asked, Bench } from "./checks.ts";
import { confirmTarget } from "./confirm.ts";
import { intentOf } from "./intent.ts";
import type { Journal } from "./journal/journal.ts";
import type { RecordBodies, RevertBody } from "./journal/record.ts";
import { type Lease, type Leases, newLease } from "./leases.ts";
import { type Reversal, revertKnob } from "./revert-knob.ts";

interface WriterOptions {
  readonly fs: CgroupFs;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** A knob that would not go back is tried again after this. */
const RETRY_MS = 1000;

type Owed = { [T in "result" | "revert"]: { readonly type: T; readonly body: RecordBodies[T] } }["result" | "revert"];

/** Journal, knob, read-back, journal: the one place where the guard changes something. */
export class Writer {
  private readonly options: WriterOptions;
  private readonly leases: Leases;
  private readonly bench: () => Bench;
  /** Records of what was put back while the journal could not be written; they come before any new intent. */
  private owed: Owed[] = [];

  constructor(options: WriterOptions, leases: Leases, bench: () => Bench) {
    this.options = options;
    this.leases = leases;
    this.bench = bench;
  }

  /** The intent is on the disk before the knob is touched; any failure after it puts the knob back to its baseline. */
  write(
    proposal: Proposal,
    asked: Asked,
    { leaseMs, processes }: { readonly leaseMs: number; readonly processes: number },
  ): Result<{ readonly action: string; readonly remark: string }> {
    const { fs, clock, journal } = this.options;
    const { target } = asked;
    const { actuator, cgroup } = target;
    const before = asked.raw();
    if (!before.ok) return before;
    const settled = this.settleOwed();
    if (!settled.ok) return settled;
    const body = intentOf(fs, proposal, asked, before.value, { leaseMs, processes });
    const intent = journal.append("intent", body);
    if (!intent.ok) return intent;
    const lease = newLease(intent.value, body, asked.value, clock.wallMs());
    if (asked.lease !== undefined) this.leases.remove(asked.lease);

    const written = fs.within(actuator.controller, cgroup, target.inode, () => this.writeKnob(asked, body.baseline));
    if (!written.ok) return this.putBack(lease, written);
    const { action } = lease;
    const { raw, remark } = written.value;
    const result = journal.append("result", { action, ok: true, raw, code: "", says: remark, putBack: false });
    if (!result.ok) return this.putBack(lease, result);
    if (target.spec.once !== true) this.leases.add({ ...lease, written: raw, untilMs: clock.monoMs() + leaseMs });
    return ok({ action, remark });
  }

  /** Gives the state that was read back. */
  private writeKnob({ target, setting, to }: Asked, baseline: string): Result<{ raw: string; remark: string }> {
    const { fs } = this.options;
    const { actuator, cgroup, kind, spec } = target;
    const confirm = (): Result<void> => confirmTarget(target, this.bench());
    const applied = actuator.apply(fs, cgroup, setting, baseline, confirm);
    if (!applied.ok) return applied;
    // What is done once looks by itself at what it did; its target may have gone with it.
    if (spec.once === true) return ok({ raw: setting, remark: applied.value });
    const readBack = actuator.read(fs, cgroup);
    if (!readBack.ok) return readBack;
    if (!actuator.shows(readBack.value, setting)) return failed("SW-GUARD-KNOB", `${kind} did not keep ${to}`);
    const confirmed = confirm();
    return confirmed.ok ? ok({ raw: readBack.value, remark: applied.value }) : confirmed;
  }

  /** Ends a lease: knob first, then the record, then the books. Kept, to be tried again, where the kernel refuses. */
  takeBack(lease: Lease, cause: RevertCause, by: string): { reverted: Reverted; outcome: Reversal["outcome"] } {
    const cover = this.leases.coverOf(lease);
    const { outcome, raw, says } = this.reverse(lease);
    const { action, renewals } = lease;
    const reverted = { action, cause, written: outcome === "written", says };
    if (outcome === "failed") {
      lease.untilMs = this.options.clock.monoMs() + RETRY_MS;
      // A person's word is not forgotten over what a lease or an end of somebody else would have done a second later anyway.
      if (lease.owed === undefined || by !== "") lease.owed = { cause, by };
      return { reverted, outcome };
    }
    this.leases.remove(lease);
    const rebase = cover && { action: cover.action, baseline: withWeight(cover.baseline, raw) };
    if (cover !== undefined && rebase !== undefined) cover.baseline = rebase.baseline;
    const body: RevertBody = { ...reverted, raw, by, renewals, ...(rebase && { rebase }) };
    this.record({ type: "revert", body });
    return { reverted, outcome };
  }

  private reverse(lease: Lease): Reversal {
    const { fs } = this.options;
    const actuator = actuatorOf(lease.kind);
    const raw = actuator.read(fs, lease.cgroup);
    const same = fs.inode(actuator.controller, lease.cgroup) === lease.inode;
    const hidden = raw.ok && same ? hiddenState(fs, lease, this.leases, raw.value) : undefined;
    if (hidden === undefined) return revertKnob(fs, lease);
    // Nothing can be written now: what the later change will put back is changed instead.
    const foreign = lease.written === undefined || !actuator.same(hidden, lease.written);
    const back = foreign ? hidden : lease.baseline;
    const name = `${lease.kind} of ${printable(lease.cgroup)}`;
    const says = `${name} will be ${actuator.describe(fs, back)} when the group is no longer idle`;
    return { outcome: foreign ? "foreign" : "written", raw: back, says };
  }

  /** Takes a change back that failed half-way, and says so in the journal. */
  private putBack(lease: Lease, why: Result<unknown> & { readonly ok: false }): Result<never> {
    const { outcome, raw, says } = revertKnob(this.options.fs, lease);
    const done = outcome !== "failed";
    if (!done) this.leases.add({ ...lease, untilMs: this.options.clock.monoMs() + RETRY_MS });
    const { action } = lease;
    const { code } = why;
    this.record({
      type: "result",
      body: { action, ok: false, raw, code, says: `${why.says}; ${says}`, putBack: done },
    });
    return failed(code, why.says);
  }

  private record(owed: Owed): void {
    const settled = this.settleOwed();
    if (!settled.ok || !this.appendOne(owed).ok) this.owed.push(owed);
  }

  private settleOwed(): Result<void> {
    while (this.owed.length > 0) {
      const written = this.appendOne(this.owed[0]!);
      if (!written.ok) return written;
      this.owed = this.owed.slice(1);
    }
    return ok(undefined);
  }

  private appendOne(owed: Owed): Result<number> {
    const { journal } = this.options;
    return owed.type === "result" ? journal.append("result", owed.body) : journal.append("revert", owed.body);
  }
}
