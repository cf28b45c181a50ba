import type { Decision, LeaseInfo, Proposal, RevertCause, Reverted } from "../core/action.ts";
import type { ConditionFacts } from "../core/condition.ts";
import type { Config } from "../core/config.ts";
import { type ErrorCode, failed, ok, type Result, SwarmsError } from "../core/errors.ts";
import type { AlarmInfo } from "../core/guard-info.ts";
import { printable } from "../core/printable.ts";
import { answerTo, refusalOf } from "./answer.ts";
import { askedOf } from "./asked.ts";
import { boundsOf } from "./bounds.ts";
import { type Asked, type Bench, firstFailure, knobKey, STANDING_CHECKS, WRITING_CHECKS } from "./checks.ts";
import { ContainmentBudget, subjectOf } from "./containment-budget.ts";
import type { GuardOptions } from "./guard-options.ts";
import { HeldLimit } from "./held-limit.ts";
import { Holds } from "./holds.ts";
import { type Lease, Leases } from "./leases.ts";
import { type Counters, Ledger } from "./ledger.ts";
import { advised, Approvals, deedOf, type Waiting } from "./approvals.ts";
import { factsOf } from "./facts.ts";
import { Policies } from "./policies.ts";
import { ruleOn } from "./ruling.ts";
import { ENDS, isStillAllowed } from "./policy.ts";
import { Rates } from "./rate.ts";
import { recall } from "./recall.ts";
import { type ChangeStory, readChange } from "./story.ts";
import { resolveTarget } from "./target.ts";
import { Writer } from "./writer.ts";

/** How long a person's undo, and a knob that somebody else wrote, are respected. */
const RESPECT_MS = 600_000;

/** Causes that are a person's wish. */
const PERSONS: ReadonlySet<RevertCause> = new Set(["undo", "restore"]);

/** The only way from a proposal to the kernel. DESIGN section 6; each rule has tests that begin with its number. */
export class Guard {
  private config: Config;
  private readonly options: GuardOptions;
  private readonly leased = new Leases();
  private readonly vetoes = new Holds();
  private readonly yields = new Holds();
  private readonly rates = new Rates();
  private readonly budget = new ContainmentBudget();
  private readonly approvals = new Approvals();
  private policies: Policies;
  private readonly kills = new ContainmentBudget();
  private readonly held: HeldLimit;
  private readonly ledger: Ledger;
  private readonly writer: Writer;
  /** Whether the proposal at hand was to be acted on. */
  private acting = false;

  /** Throws a SwarmsError where the journal cannot be read: without its memory no guard begins. */
  constructor(options: GuardOptions) {
    this.options = options;
    this.config = options.config;
    this.policies = new Policies(options.config);
    this.writer = new Writer(options, this.leased, () => this.bench());
    this.ledger = new Ledger(options.clock, options.journal, (alarm) => options.onAlarm?.(alarm));
    this.held = new HeldLimit(() => this.config.budget.heldMinutes * 60_000);
    const { vetoes, budget, kills, held } = this;
    const adopt = (lease: Lease): void => this.leased.add(lease);
    const into = { vetoes, budget, kills, held: held.times, respectMs: RESPECT_MS, adopt };
    const recalled = recall(options.journal, options.clock, into);
    if (!recalled.ok) throw new SwarmsError(recalled.code, recalled.says);
  }

  decide(proposal: Proposal): Decision {
    this.acting = false;
    return this.ledger.count(proposal, this.judge(proposal), this.acting);
  }

  /** What the guard raised by itself, the latest first. */
  alarms(): readonly AlarmInfo[] {
    return this.ledger.alarms.list();
  }

  /** Writes down what was counted and not recorded yet; before the journal is closed. */
  finish(): void {
    this.ledger.settle({ last: true });
  }

  /** What waits for people in advise mode, what was asked for longest ago first. */
  waiting(): readonly Waiting[] {
    return this.approvals.list(this.options.clock.monoMs());
  }

  /**
   * A person approves. With the last approval that is needed the proposal is judged once more, as everything may have
   * changed since, and carried out. SW-NOT-FOUND, SW-APPROVED-ALREADY.
   */
  approve(id: string, by: string): Result<{ readonly entry: Waiting; readonly decision?: Decision }> {
    const approved = this.approvals.approve(id, printable(by, 128), this.options.clock.monoMs());
    if (!approved.ok) return approved;
    const { entry, complete } = approved.value;
    if (!complete) return ok({ entry });
    const reason = `${entry.proposal.reason.slice(0, 700)} (approved by ${entry.approvedBy.join(", ").slice(0, 300)})`;
    const proposal = { ...entry.proposal, reason };
    return ok({ entry, decision: this.ledger.count(proposal, this.judge(proposal, entry), false) });
  }

  /** A person declines; the same is not asked for again for an hour. SW-NOT-FOUND. */
  dismiss(id: string): Result<Waiting> {
    return this.approvals.dismiss(id, this.options.clock.monoMs());
  }

  private judge(proposal: Proposal, approved?: Waiting): Decision {
    const { fs, procRoot } = this.options;
    const target = resolveTarget(fs, procRoot, proposal, this.options.knobs);
    if (!target.ok) return refusalOf(proposal, "", target);
    this.dropGone(target.value);
    const asked = askedOf({ fs, procRoot, config: this.config }, target.value, proposal.value, this.leased);
    const standing = firstFailure(STANDING_CHECKS, asked, this.bench());
    if (!standing.ok) {
      this.endForbidden(asked, standing.code);
      return refusalOf(proposal, asked.target.cgroup, standing);
    }
    const leaseMs = this.leaseMs(proposal, asked);
    if (!leaseMs.ok) return refusalOf(proposal, asked.target.cgroup, leaseMs);
    const ruling = ruleOn(this.policies, asked, this.options.clock.wallMs(), this.factsOf(proposal, asked));
    if (!ruling.ok) {
      this.endForbidden(asked, ruling.code);
      return refusalOf(proposal, asked.target.cgroup, ruling);
    }
    const nowMs = this.options.clock.monoMs();
    const { approvals, policies } = ruling.value;
    // Without a person it is not contained for ever.
    const spent = ruling.value.mode === "enforce" && this.held.isSpent(asked.target, asked.lease, nowMs);
    const mode = spent ? "advise" : ruling.value.mode;
    this.acting = mode !== "observe";
    if (asked.lease?.setting === asked.setting) return this.renew(proposal, asked, asked.lease, leaseMs.value);
    const writing = firstFailure(WRITING_CHECKS, asked, this.bench());
    if (!writing.ok) return refusalOf(proposal, asked.target.cgroup, writing);
    const approvedBy = approved?.deed === deedOf(asked) ? approved.approvedBy : [];
    if (mode === "observe") return this.answer(proposal, asked, "observed", leaseMs.value);
    if (mode === "advise" && approvedBy.length < Math.max(1, approvals))
      return this.advise(proposal, asked, { leaseMs: leaseMs.value, needed: Math.max(1, approvals), spent });
    const room = this.policies.hasRoom(policies, nowMs);
    if (!room.ok) return refusalOf(proposal, asked.target.cgroup, room);
    const allowedMs = approvedBy.length > 0 ? Infinity : this.held.leftMs(asked.target, undefined, nowMs);
    const decision = this.apply(proposal, asked, Math.min(leaseMs.value, allowedMs));
    if (decision.outcome === "applied") this.policies.count(policies, nowMs);
    const lease = this.leased.get(decision.action);
    if (lease !== undefined) Object.assign(lease, { approvedBy, facts: this.factsOf(proposal, asked) });
    return decision;
  }

  private factsOf(proposal: Proposal, asked: Asked): () => ConditionFacts {
    const { clock, procRoot } = this.options;
    return () => factsOf(proposal, asked, { config: this.config, procRoot, wallMs: clock.wallMs() });
  }

  private advise(
    proposal: Proposal,
    asked: Asked,
    { leaseMs, needed, spent }: { readonly leaseMs: number; readonly needed: number; readonly spent: boolean },
  ): Decision {
    const answer = this.answer(proposal, asked, "advised", leaseMs);
    const decision = spent ? { ...answer, says: `${answer.says}: longer than is allowed without a person` } : answer;
    const { kind, cgroup, from, to } = decision;
    const entry = this.approvals.ask(
      { proposal, kind, cgroup, deed: deedOf(asked), from, to, needed },
      this.options.clock.monoMs(),
    );
    return advised(decision, entry);
  }

  private apply(proposal: Proposal, asked: Asked, leaseMs: number): Decision {
    const nowMs = this.options.clock.monoMs();
    const { target } = asked;
    const members = asked.members();
    const processes = members.ok ? members.value.pids.length : 0;
    // Counted before the write: an attempt that fails uses its share up, so that failing is no way around.
    this.rates.count(target.kind, nowMs);
    const subject = subjectOf(target.spec, target.cgroup, asked.setting, nowMs);
    const contained = { atMs: nowMs, cgroup: subject, processes };
    if (target.spec.containment) this.budget.count(contained);
    if (target.spec.containment && target.spec.once === true) this.kills.count(contained);
    const written = this.writer.write(proposal, asked, { leaseMs, processes });
    if (!written.ok) return refusalOf(proposal, asked.target.cgroup, written);
    this.held.begin(target, nowMs);
    const decision = this.answer(proposal, asked, "applied", leaseMs, written.value.action);
    return written.value.remark === "" ? decision : { ...decision, says: `${decision.says}; ${written.value.remark}` };
  }

  private renew(proposal: Proposal, asked: Asked, lease: Lease, leaseMs: number): Decision {
    const nowMs = this.options.clock.monoMs();
    const allowedMs = this.held.leftMs(asked.target, lease, nowMs);
    lease.untilMs = Math.max(lease.untilMs, nowMs + Math.min(leaseMs, allowedMs));
    lease.renewals++;
    const leftMs = lease.untilMs - nowMs;
    return { ...this.answer(proposal, asked, "renewed", leftMs, lease.action), from: lease.from };
  }

  leases(): LeaseInfo[] {
    const { clock } = this.options;
    return this.leased.infos({ wallMs: clock.wallMs(), monoMs: clock.monoMs() });
  }

  /** Takes back what was not renewed in time. What the kernel does not take back is tried again a second later. */
  expire(): Reverted[] {
    const nowMs = this.options.clock.monoMs();
    const ended = this.leased.newestFirst().flatMap((lease) => {
      if (lease.untilMs > nowMs) return [];
      const { cause, by } = lease.owed ?? { cause: undefined, by: "" };
      const spent = (cause ?? "limit") === "limit" && this.held.isSpent(lease, lease, nowMs);
      const one = this.end(lease, cause ?? (spent ? "limit" : "expired"), by);
      if (spent && one.done) this.ledger.alarms.raise("held", lease.agent, `${one.says}; ${lease.reason}`);
      return [one];
    });
    this.ledger.settle();
    return ended.filter(({ done }) => done);
  }

  /** CLOCK_MONOTONIC milliseconds of the next expiry. */
  nextExpiryMs(): number | undefined {
    return this.leased.nextExpiryMs();
  }

  /** A person takes one change back; it is not repeated for ten minutes. SW-NOT-FOUND, SW-GUARD-KNOB. */
  undo(action: string, by: string): Result<Reverted> {
    const lease = this.leased.get(action);
    if (lease === undefined) return failed("SW-NOT-FOUND", `no change ${printable(action)} is in force`);
    const { done, ...reverted } = this.end(lease, "undo", by);
    return done ? ok(reverted) : failed("SW-GUARD-KNOB", reverted.says);
  }

  /** Takes everything back; `by` says who asked, where somebody did. What the kernel does not take back is no part of what is given: `expire` tries it again. */
  revertAll(cause: RevertCause, by = ""): Reverted[] {
    return this.endAll(() => true, cause, by);
  }

  /** Takes another configuration; changes that it does not allow are taken back. */
  reload(config: Config): Reverted[] {
    this.config = config;
    this.policies = new Policies(config, this.policies);
    const bench = this.bench();
    return this.endAll((lease) => !isStillAllowed(lease, bench, this.policies, this.options.clock.wallMs()), "policy");
  }

  /** A change, in force or past, as the journal tells it. */
  explain(action: string): ChangeStory | undefined {
    const story = readChange(this.options.journal.folder, action);
    return story.ok ? story.value : undefined;
  }

  counters(): Counters {
    return this.ledger.counters();
  }

  private endAll(which: (lease: Lease) => boolean, cause: RevertCause, by = ""): Ended[] {
    const ended = this.leased.newestFirst().flatMap((lease) => (which(lease) ? [this.end(lease, cause, by)] : []));
    return ended.filter(({ done }) => done);
  }

  /** Of what `decide` itself ends. */
  private endAndTell(lease: Lease, cause: RevertCause): void {
    const ended = this.end(lease, cause);
    if (ended.done) this.options.onReverted?.(ended);
  }

  private end(lease: Lease, cause: RevertCause, by = ""): Ended {
    const nowMs = this.options.clock.monoMs();
    const { reverted, outcome } = this.writer.takeBack(lease, cause, printable(by, 128));
    if (PERSONS.has(cause)) this.vetoes.hold(knobKey(lease), nowMs + RESPECT_MS, nowMs);
    if (outcome !== "failed") this.held.end(lease, nowMs);
    if (outcome === "foreign") this.yields.hold(knobKey(lease), nowMs + RESPECT_MS, nowMs);
    return { ...reverted, done: outcome !== "failed" };
  }

  /** A group that was made anew under the same path is another: the old one took its lease along. */
  private dropGone({ kind, cgroup, inode }: { kind: Lease["kind"]; cgroup: string; inode: number }): void {
    const lease = this.leased.find(kind, cgroup);
    if (lease !== undefined && lease.inode !== inode) this.endAndTell(lease, "expired");
  }

  /** A renewal that is refused for one of these reasons must not keep its change until it expires. */
  private endForbidden({ lease }: Asked, code: ErrorCode): void {
    const cause = ENDS[code];
    if (lease !== undefined && cause !== undefined) this.endAndTell(lease, cause);
  }

  private leaseMs(proposal: Proposal, { target }: Asked): Result<number> {
    if (!(proposal.leaseMs > 0)) return failed("SW-GUARD-BOUNDS", `a lease of ${proposal.leaseMs} ms`);
    return ok(Math.min(proposal.leaseMs, boundsOf(this.config, target.kind, target.spec).leaseMs));
  }

  private bench(): Bench {
    const { fs, procRoot, clock, self, knobs = new Map() } = this.options;
    const { config, vetoes, yields, rates, budget, kills } = this;
    const [nowMs, own, contained] = [clock.monoMs(), () => self.pids(), () => this.leased.containing()];
    const leased = (kind: Lease["kind"], cgroup: string): boolean => this.leased.find(kind, cgroup) !== undefined;
    return { leased, config, knobs, fs, procRoot, nowMs, own, vetoes, yields, rates, budget, kills, contained };
  }

  private answer(
    proposal: Proposal,
    asked: Asked,
    outcome: "applied" | "renewed" | "observed" | "advised",
    leaseMs: number,
    action = "",
  ): Decision {
    const { fs, clock } = this.options;
    return answerTo(proposal, asked, { fs, wallMs: clock.wallMs(), outcome, action, leaseMs });
  }
}

type Ended = Reverted & { readonly done: boolean };
