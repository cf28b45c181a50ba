import type { ActionKind } from "../core/action.ts";
import type { Config } from "../core/config.ts";
import type { ProcessRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { PluginSpecs } from "../core/plugin-knobs.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { boundsOf, checkBounds, checkStep } from "./bounds.ts";
import { type Contained, type ContainmentBudget, processesInScope, subjectOf } from "./containment-budget.ts";
import type { Holds } from "./holds.ts";
import type { Lease } from "./leases.ts";
import type { Members } from "./members.ts";
import { checkProtected } from "./protection.ts";
import type { Rates } from "./rate.ts";
import { checkReach, reachOf } from "./reach.ts";
import type { Target } from "./target.ts";

/** A change that is asked for, with what the kernel says of its target, read when first needed. */
export interface Asked {
  readonly target: Target;
  readonly value: number;
  /** What the value means on this host, or why it means nothing. */
  prepared(): Result<string>;
  /** `prepared`, or "". */
  readonly setting: string;
  /** The value, for people. */
  readonly to: string;
  /** The change of the same knob that is in force. */
  readonly lease: Lease | undefined;
  members(): Result<Members>;
  /** State of the knob now. */
  raw(): Result<string>;
}

/** What the checks judge by. */
export interface Bench {
  readonly config: Config;
  /** Of plugins. */
  readonly knobs: PluginSpecs;
  readonly fs: CgroupFs;
  readonly procRoot: string;
  /** CLOCK_MONOTONIC milliseconds. */
  readonly nowMs: number;
  own(): readonly ProcessRef[];
  readonly vetoes: Holds;
  readonly yields: Holds;
  readonly rates: Rates;
  readonly budget: ContainmentBudget;
  /** What was ended, which is contained for good. */
  readonly kills: ContainmentBudget;
  /** Whether such a change of ours is in force. */
  leased(kind: ActionKind, cgroup: string): boolean;
  /** What is contained now. */
  contained(): readonly Contained[];
}

type Check = (asked: Asked, bench: Bench) => Result<void>;

/** Asked of every proposal, renewals too, in this order. */
export const STANDING_CHECKS: Readonly<Record<string, Check>> = {
  scope: ({ target }, { config }) => checkReach(config, target),
  protected: notProtected,
  person: notVetoed,
  bounds: ({ target, value }, { config }) => checkBounds(config, target.kind, value, target.spec),
  setting: ({ prepared }) => asVoid(prepared()),
  step: smallStep,
  yield: notForeign,
};

/** Asked where something would be written. */
export const WRITING_CHECKS: Readonly<Record<string, Check>> = {
  effective: hasEffect,
  own: notOurs,
  rate: ({ target: { kind, spec } }, { config, rates, nowMs }) =>
    rates.check(kind, boundsOf(config, kind, spec).perMinute, nowMs),
  budget: withinBudget,
};

export function firstFailure(checks: Readonly<Record<string, Check>>, asked: Asked, bench: Bench): Result<void> {
  for (const check of Object.values(checks)) {
    const verdict = check(asked, bench);
    if (!verdict.ok) return verdict;
  }
  return ok(undefined);
}

/** The name of a knob in `vetoes` and `yields`. */
export function knobKey({ kind, cgroup }: { readonly kind: string; readonly cgroup: string }): string {
  return `${kind} ${cgroup}`;
}

export function notProtected(
  { target, members }: { readonly target: Omit<Target, "inode">; members(): Result<Members> },
  { config, fs, procRoot, own }: Pick<Bench, "config" | "fs" | "procRoot" | "own">,
): Result<void> {
  const found = members();
  if (!found.ok) return found;
  const stillThere = (pid: number): boolean => {
    const again = reachOf(fs, procRoot, target);
    return !again.ok || again.value.pids.includes(pid);
  };
  return checkProtected({ config, procRoot, own: own(), stillThere }, found.value);
}

function notVetoed({ target }: Asked, { vetoes, nowMs }: Bench): Result<void> {
  const leftMs = vetoes.leftMs(knobKey(target), nowMs);
  return leftMs === 0
    ? ok(undefined)
    : failed("SW-GUARD-PERSON", `undone by a person; not again for ${seconds(leftMs)} s`);
}

function smallStep({ target, value, raw }: Asked, { fs }: Bench): Result<void> {
  const state = raw();
  if (!state.ok) return state;
  const { actuator, cgroup, spec } = target;
  const from = actuator.stepFrom?.(fs, cgroup, state.value, value) ?? actuator.value(fs, state.value);
  return from === undefined ? noEffect(target) : checkStep(spec, from, value);
}

/** `raw` shows what lies under a change of ours; here it counts what the kernel shows. */
function hasEffect({ target }: Asked, { fs }: Bench): Result<void> {
  const state = target.actuator.read(fs, target.cgroup);
  if (!state.ok) return state;
  return target.actuator.value(fs, state.value) === undefined ? noEffect(target) : ok(undefined);
}

function noEffect({ kind, cgroup }: Target): Result<void> {
  return failed("SW-GUARD-KNOB", `${kind} of ${printable(cgroup)} has no effect while the group is idle`);
}

function notForeign({ target, lease, raw }: Asked, { fs, yields, nowMs }: Bench): Result<void> {
  const name = `${target.kind} of ${printable(target.cgroup)}`;
  const leftMs = yields.leftMs(knobKey(target), nowMs);
  if (leftMs > 0)
    return failed("SW-GUARD-YIELD", `${name} was written by somebody else; left alone for ${seconds(leftMs)} s`);
  const claimed = target.actuator.claimed?.(fs);
  if (claimed?.ok === false) return claimed;
  if (lease === undefined) return ok(undefined);
  if (lease.written === undefined || lease.owed !== undefined)
    return failed("SW-GUARD-KNOB", `${name} is still being put back`);
  const state = raw();
  if (!state.ok) return state;
  if (target.actuator.same(state.value, lease.written)) return ok(undefined);
  const now = target.actuator.describe(fs, state.value);
  return failed("SW-GUARD-YIELD", `${name} is ${now}, not ${lease.to} as the layer wrote`);
}

/** What the layer itself froze has a lease that would freeze it again, or take the thaw for somebody else's. */
function notOurs({ target: { kind, cgroup } }: Asked, { leased }: Bench): Result<void> {
  return kind === "thaw" && leased("freeze", cgroup)
    ? failed("SW-GUARD-KNOB", `the layer froze ${printable(cgroup)} itself: undo that instead`)
    : ok(undefined);
}

function withinBudget({ target, setting, members }: Asked, bench: Bench): Result<void> {
  const { config, fs, budget, kills, contained, nowMs } = bench;
  if (!target.spec.containment) return ok(undefined);
  const found = members();
  if (!found.ok) return found;
  const cgroup = subjectOf(target.spec, target.cgroup, setting, nowMs);
  const asked = { atMs: nowMs, cgroup, processes: found.value.pids.length };
  // What was ended is missing from the scope, but was in it.
  const ended = kills.total(nowMs);
  const inScope = (enough: number): number =>
    processesInScope(fs, target.actuator.controller, config.scope, enough - ended) + ended;
  const within = budget.check(config.budget, asked, contained(), inScope);
  if (!within.ok || target.spec.once !== true) return within;
  const { killsPerHour, killShareOfScope } = config.budget;
  return kills.check({ containmentsPerHour: killsPerHour, shareOfScope: killShareOfScope }, asked, [], inScope);
}

function asVoid(result: Result<unknown>): Result<void> {
  return result.ok ? ok(undefined) : result;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
