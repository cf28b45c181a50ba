import type { Decision, LeaseInfo, Proposal, Reverted, RevertCause } from "../core/action.ts";
import type { LogLine } from "../core/log-level.ts";
import { encodeMessage } from "../core/wire/codec.ts";
import type { Answer } from "../core/wire/messages.ts";
import type { Guard } from "../guard/guard.ts";
import type { ActionNewsDesk } from "./action-news.ts";
import { alone } from "./alone.ts";
import type { HiveProcess } from "./hive-channel.ts";
import { restoredWords } from "./people.ts";

type Hive = Pick<HiveProcess, "send">;

interface Ports {
  readonly guard: Guard;
  /** False while nothing may be held: without a sentinel, or at the end. */
  mayHold(): boolean;
  /** The hive of now; undefined where one is being restarted. */
  hive(): Hive | undefined;
  /** Groups in which something is in force. */
  follow(cgroups: readonly string[]): void;
  /** For those outside who are told; `asked`: by whom and why. */
  readonly news: Pick<ActionNewsDesk, "decided" | "reverted">;
  /** A sentence for the log. */
  readonly log: LogLine;
}

/** What the guard does and takes back, asked for by the hive or by what happens to the layer, and told to the log and the hive. */
export class ChangeDesk {
  private readonly ports: Ports;
  private leasesChanged = false;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  propose(proposal: Proposal, hive: Hive): void {
    const { guard, mayHold } = this.ports;
    this.decided(mayHold() ? guard.decide(proposal) : alone(proposal), hive, proposal);
  }

  /** `hive`: which one asked. */
  decided(decision: Decision, hive = this.ports.hive(), asked: Proposal | LeaseInfo | undefined = undefined): void {
    this.ports.news.decided(decision, asked ?? this.leaseOf(decision.action));
    if (decision.outcome === "applied") this.ports.log(`${decision.action}: ${decision.says}`);
    else this.ports.log(`${decision.outcome}: ${decision.kind} ${decision.cgroup}: ${decision.says}`, "debug");
    hive?.send(encodeMessage("decision", decision));
    if (decision.outcome === "applied" || decision.outcome === "renewed") this.leasesChanged = true;
  }

  undo(request: string, action: string, by: string): Answer {
    const reverted = this.ports.guard.undo(action, by);
    if (!reverted.ok) return { request, ok: false, code: reverted.code, says: reverted.says };
    this.reverted([reverted.value]);
    return { request, ok: true, code: "", says: reverted.value.says };
  }

  restore(request: string, by: string): Answer {
    const reverted = this.ports.guard.revertAll("restore", by);
    this.reverted(reverted);
    return { request, ok: true, code: "", says: restoredWords(by, reverted.length, this.ports.guard) };
  }

  revertAll(cause: RevertCause, why: string): void {
    const reverted = this.ports.guard.revertAll(cause);
    this.ports.log(`${why}: ${reverted.length} changes reverted`);
    this.reverted(reverted);
  }

  reverted(all: readonly Reverted[]): void {
    if (all.length === 0) return;
    for (const reverted of all) {
      this.ports.log(`${reverted.action}: ${reverted.says}`);
      this.ports.news.reverted(reverted);
      this.ports.hive()?.send(encodeMessage("reverted", reverted));
    }
    this.tellLeases();
  }

  /** Renewals are many: they are told together, a fifth of a second later at most. */
  turn(): void {
    this.reverted(this.ports.guard.expire());
    if (this.leasesChanged) this.tellLeases();
  }

  /** What a person approved was asked for long before. */
  private leaseOf(action: string): LeaseInfo | undefined {
    return action === "" ? undefined : this.ports.guard.leases().find((lease) => lease.action === action);
  }

  private tellLeases(): void {
    this.leasesChanged = false;
    const leases = this.ports.guard.leases();
    this.ports.follow([...new Set(leases.map((lease) => lease.cgroup))]);
    this.ports.hive()?.send(encodeMessage("leases", leases));
  }
}
