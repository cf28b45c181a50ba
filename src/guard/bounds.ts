import { type ActionKind, type ActionSpec, specOf } from "../core/action.ts";
import type { Config } from "../core/config.ts";
import { failed, ok, type Result } from "../core/errors.ts";

/** The bounds of a kind of action, narrowed (never widened) by the configuration. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly perMinute: number;
  readonly leaseMs: number;
}

/** `spec`: of the kind, where a plugin's table narrows it. */
export function boundsOf(config: Config, kind: ActionKind, spec: ActionSpec = specOf(kind)): Bounds {
  const own = config.actions[kind];
  const seconds = spec.containment ? config.leases.containSeconds : config.leases.balanceSeconds;
  return {
    min: Math.max(spec.min, own?.min ?? spec.min),
    max: Math.min(spec.max, own?.max ?? spec.max),
    perMinute: Math.min(spec.perMinute, own?.perMinute ?? spec.perMinute),
    leaseMs: Math.min(spec.maxLeaseMs, seconds * 1000),
  };
}

export function checkBounds(config: Config, kind: ActionKind, value: number, spec = specOf(kind)): Result<void> {
  const { min, max } = boundsOf(config, kind, spec);
  if (!Number.isSafeInteger(value)) return failed("SW-GUARD-BOUNDS", `${value} is not a whole number`);
  return value >= min && value <= max
    ? ok(undefined)
    : failed("SW-GUARD-BOUNDS", `${value} is outside ${min} to ${max} for ${kind}`);
}

/** Flags (largest factor 1) have no size of a step. */
export function checkStep({ maxStepFactor, maxStep = Infinity }: ActionSpec, from: number, to: number): Result<void> {
  if (Math.abs(to - from) > maxStep)
    return failed("SW-GUARD-STEP", `from ${from} to ${to} is a step of more than ${maxStep}`);
  const factor = Math.max(to / from, from / to);
  return maxStepFactor === 1 || factor <= maxStepFactor
    ? ok(undefined)
    : failed("SW-GUARD-STEP", `from ${from} to ${to} is more than a factor of ${maxStepFactor}`);
}
