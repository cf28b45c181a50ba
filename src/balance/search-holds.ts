import type { Decision, Evidence, Reverted } from "../core/action.ts";
import type { AgentContext } from "../core/agent.ts";
import type { Setting } from "./knob-space.ts";
import { LeasedSetting } from "./leased-setting.ts";

/** Why a setting is asked for, for people. */
export interface Because {
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

/** A knob that could not be had, or was taken away. */
export interface Denied {
  readonly key: string;
  readonly value: number;
  readonly code: string;
}

export interface LeaseLengths {
  /** What is asked for now. */
  readonly leaseMs: number;
  /** The longest that is ever asked for. */
  readonly mostMs: number;
}

interface Hold {
  readonly value: number;
  readonly settleMs: number;
  readonly setting: LeasedSetting;
}

/** The settings that the search has in force: what is wanted is asked for and renewed, what is not runs out with its lease. */
export class SearchHolds {
  private readonly agent: string;
  private readonly holds = new Map<string, Hold>();
  private readonly asked = new Map<string, { readonly key: string; readonly hold: Hold }>();
  /** Where guard and hive are one process the answer comes before `propose` returns. */
  private asking: { readonly key: string; readonly hold: Hold } | undefined;
  private denied: Denied[] = [];
  private changedMs = Number.NEGATIVE_INFINITY;
  private settledMs = Number.NEGATIVE_INFINITY;

  constructor(agent: string) {
    this.agent = agent;
  }

  /** To be called at every reading. */
  want(settings: readonly Setting[], lease: LeaseLengths, because: Because, context: AgentContext): void {
    const { nowMs } = context;
    this.forget(nowMs, new Set(settings.map(({ key }) => key)));
    for (const setting of settings) {
      const known = this.holds.get(setting.key);
      const hold = known?.value === setting.value ? known : newHold(setting, lease.mostMs);
      this.holds.set(setting.key, hold);
      if (hold.setting.isDue(nowMs, hold.value)) this.ask(setting, hold, lease.leaseMs, because, context);
    }
  }

  /** Whether these and no others have been in force for long enough to be measured, `leastMs` at least. */
  isSettled(settings: readonly Setting[], nowMs: number, leastMs = 0): boolean {
    return this.isInForce(settings, nowMs) && nowMs >= this.settledMs && nowMs - this.changedMs >= leastMs;
  }

  isInForce(settings: readonly Setting[], nowMs: number): boolean {
    if (settings.length !== this.holds.size) return false;
    return settings.every(({ key, value }) => {
      const hold = this.holds.get(key);
      return hold !== undefined && hold.value === value && hold.setting.isHeld(nowMs);
    });
  }

  /** Values in force, by key. */
  inForce(nowMs: number): ReadonlyMap<string, number> {
    const held = [...this.holds].filter(([, { setting }]) => setting.isHeld(nowMs));
    return new Map(held.map(([key, { value }]) => [key, value]));
  }

  /** What was denied since this was last asked. */
  takeDenied(): readonly Denied[] {
    return this.denied.splice(0);
  }

  onDecision(decision: Decision, context: AgentContext): void {
    const { key, hold } = this.asked.get(decision.proposal) ?? this.asking ?? {};
    this.asked.delete(decision.proposal);
    if (key === undefined || hold === undefined) return;
    const wasHeld = hold.setting.isHeld(context.nowMs);
    hold.setting.decided(decision, context.nowMs, context.wallMs);
    if (decision.outcome === "applied" || decision.outcome === "renewed") {
      // What was asked for and dropped before the answer came is in force all the same.
      if (!this.holds.has(key)) this.holds.set(key, hold);
      if (!wasHeld) this.changed(hold, context.nowMs);
      return;
    }
    if (this.holds.get(key) === hold) this.holds.delete(key);
    this.denied.push({
      key,
      value: hold.value,
      code: decision.outcome === "refused" ? decision.code : decision.outcome,
    });
  }

  onReverted({ action, cause }: Reverted, context: AgentContext): void {
    for (const [key, hold] of this.holds) {
      if (hold.setting.action !== action) continue;
      this.holds.delete(key);
      this.changed(hold, context.nowMs);
      if (cause !== "expired") this.denied.push({ key, value: hold.value, code: cause });
    }
  }

  /** What is not wanted goes when its lease is over; the settling begins then. */
  private forget(nowMs: number, wanted: ReadonlySet<string>): void {
    for (const [key, hold] of this.holds) {
      const { setting } = hold;
      const isOpen = setting.isWaiting && !setting.isDue(nowMs, hold.value);
      if (wanted.has(key) || setting.isHeld(nowMs) || isOpen) continue;
      this.holds.delete(key);
      this.changed(hold, nowMs);
    }
  }

  private changed({ settleMs }: Hold, nowMs: number): void {
    this.changedMs = nowMs;
    this.settledMs = Math.max(this.settledMs, nowMs + settleMs);
  }

  private ask(setting: Setting, hold: Hold, leaseMs: number, because: Because, context: AgentContext): void {
    hold.setting.asked(context.nowMs, hold.value);
    this.asking = { key: setting.key, hold };
    const id = context.propose({
      agent: this.agent,
      kind: setting.knob.kind,
      target: setting.entity,
      value: setting.value,
      leaseMs,
      reason: because.reason,
      evidence: because.evidence,
    });
    this.asking = undefined;
    if (hold.setting.isWaiting) this.asked.set(id, { key: setting.key, hold });
  }
}

function newHold({ value, knob }: Setting, leaseMs: number): Hold {
  return { value, settleMs: knob.settleMs, setting: new LeasedSetting(leaseMs) };
}
