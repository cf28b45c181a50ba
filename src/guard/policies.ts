import { type ActionKind, type Mode, specOf } from "../core/action.ts";
import { compileCondition, type ConditionFacts } from "../core/condition.ts";
import { type Config, modeFor } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { isInTime, type Policy } from "../core/policy.ts";
import { inSubtree } from "./scope.ts";

const HOUR_MS = 3_600_000;

/** What the configuration says of one proposal. */
export interface Ruling {
  readonly mode: Mode;
  /** People who must approve it in advise mode. */
  readonly approvals: number;
  /** Names of the policies that apply, in their order. */
  readonly policies: readonly string[];
}

export interface Question {
  readonly kind: ActionKind;
  readonly cgroup: string;
  readonly value: number;
  readonly wallMs: number;
  /** Read only where a policy has a condition. */
  facts(): ConditionFacts;
}

/**
 * The policies of a configuration, in order. The first one that applies and names a mode decides it; bounds and rates
 * of all that apply hold together. What scope, protection and built-in bounds forbid, no policy allows.
 */
export class Policies {
  private readonly config: Config;
  private readonly rules: readonly Rule[];
  private readonly madeMs: Map<string, number[]>;

  /** `earlier`: whose counts go on after a reload. */
  constructor(config: Config, earlier?: Policies) {
    this.config = config;
    this.rules = config.policies.map((policy) => ({
      policy,
      holds: policy.when === undefined ? undefined : compileCondition(policy.when),
    }));
    this.madeMs = earlier?.madeMs ?? new Map();
  }

  /** SW-GUARD-POLICY where a bound forbids it, SW-POLICY-CONDITION where a condition fails: then nothing is done. */
  rule(question: Question): Result<Ruling> {
    const applying: Policy[] = [];
    for (const { policy, holds } of this.rules) {
      if (!selects(policy, question)) continue;
      const told = holds?.(question.facts()) ?? ok(true);
      if (!told.ok) return failed(told.code, `policy ${policy.name}: ${told.says}`);
      if (told.value) applying.push(policy);
    }
    const outside = applying.map((policy) => checkPolicyBounds(policy, question)).find((checked) => !checked.ok);
    if (outside?.ok === false) return outside;
    const { colony } = specOf(question.kind);
    return ok({
      mode: applying.find(({ mode }) => mode !== undefined)?.mode ?? modeFor(this.config, colony, question.kind),
      approvals: Math.max(1, ...applying.map(({ approvals }) => approvals ?? 1)),
      policies: applying.map(({ name }) => name),
    });
  }

  /** A change was made under these policies. */
  count(names: readonly string[], nowMs: number): void {
    for (const name of names) this.madeMs.set(name, [...this.lately(name, nowMs), nowMs]);
  }

  /** Whether one more change fits the hour of each. SW-GUARD-POLICY. */
  hasRoom(names: readonly string[], nowMs: number): Result<void> {
    const full = this.config.policies.find(
      ({ name, perHour }) => names.includes(name) && this.lately(name, nowMs).length >= (perHour ?? Infinity),
    );
    return full === undefined
      ? ok(undefined)
      : failed("SW-GUARD-POLICY", `policy ${full.name}: its ${full.perHour} changes in an hour are used up`);
  }

  private lately(name: string, nowMs: number): number[] {
    return (this.madeMs.get(name) ?? []).filter((madeMs) => nowMs - madeMs < HOUR_MS);
  }
}

interface Rule {
  readonly policy: Policy;
  readonly holds: ReturnType<typeof compileCondition> | undefined;
}

function checkPolicyBounds({ name, min = -Infinity, max = Infinity }: Policy, { kind, value }: Question): Result<void> {
  if (value < min) return failed("SW-GUARD-POLICY", `policy ${name}: ${value} is below ${min} for ${kind}`);
  return value <= max
    ? ok(undefined)
    : failed("SW-GUARD-POLICY", `policy ${name}: ${value} is above ${max} for ${kind}`);
}

function selects(policy: Policy, { kind, cgroup, wallMs }: Question): boolean {
  const { colony, actions, cgroups } = policy;
  return (
    (colony === undefined || specOf(kind).colony === colony) &&
    (actions === undefined || actions.includes(kind)) &&
    (cgroups === undefined || cgroups.some((pattern) => inSubtree(pattern, cgroup))) &&
    isInTime(policy, new Date(wallMs))
  );
}
