import type { Decision, Reverted } from "../core/action.ts";
import type { Agent, AgentContext } from "../core/agent.ts";
import { ADOPTED } from "../core/adopted.ts";
import { workloadKey } from "../core/entity.ts";
import { printable } from "../core/printable.ts";
import type { ReadingBatch } from "../core/reading.ts";
import { LeasedSetting } from "./leased-setting.ts";

const INSIDE = `/${ADOPTED}/`;

/**
 * Sees to it that declared workloads have a group of their own, without which nothing of theirs can be turned. It only says
 * for which subtree of the scope that is wanted: who is to be moved, and from where, the guard finds by itself.
 */
export class AdoptionAgent implements Agent {
  readonly name = "adoption";
  readonly colony = "balance" as const;
  readonly says = "asks for groups of their own for declared processes that share theirs with others";
  readonly wants = [];
  private readonly leaseMs: number;
  private readonly settings = new Map<string, LeasedSetting>();
  private readonly asked = new Map<string, LeasedSetting>();
  /** Where guard and hive are one process the answer comes before `propose` returns. */
  private asking: LeasedSetting | undefined;

  constructor(options: { readonly leaseMs: number }) {
    this.leaseMs = options.leaseMs;
  }

  onReadings({ workloads }: ReadingBatch, context: AgentContext): void {
    const wanted = new Map<string, string>();
    for (const { name, label, adoptInto } of workloads) {
      const at = name.indexOf(INSIDE);
      const scope = adoptInto ?? (at > 0 ? name.slice(0, at) : undefined);
      if (scope !== undefined && !wanted.has(scope)) wanted.set(scope, label);
    }
    for (const scope of this.settings.keys()) if (!wanted.has(scope)) this.settings.delete(scope);
    for (const [scope, label] of wanted) this.hold(scope, label, context);
  }

  onDecision(decision: Decision, context: AgentContext): void {
    const setting = this.asked.get(decision.proposal) ?? this.asking;
    this.asked.delete(decision.proposal);
    setting?.decided(decision, context.nowMs, context.wallMs);
  }

  onReverted({ action, cause }: Reverted, { nowMs }: AgentContext): void {
    for (const setting of this.settings.values()) if (setting.action === action) setting.reverted(cause, nowMs);
  }

  private hold(scope: string, label: string, context: AgentContext): void {
    const setting = this.settings.get(scope) ?? new LeasedSetting(this.leaseMs);
    this.settings.set(scope, setting);
    if (!setting.isDue(context.nowMs, 1)) return;
    for (const [id, other] of this.asked) if (other === setting) this.asked.delete(id);
    setting.asked(context.nowMs, 1);
    this.asking = setting;
    const id = context.propose({
      agent: this.name,
      kind: "adopt",
      target: workloadKey(scope),
      value: 1,
      leaseMs: this.leaseMs,
      reason: `${printable(label, 80)} shares its group with others, so that nothing of it can be turned by itself`,
      evidence: [],
    });
    this.asking = undefined;
    if (setting.isWaiting) this.asked.set(id, setting);
  }
}
