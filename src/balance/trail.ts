import type { Trail, TrailSetting } from "../core/trail.ts";
import { decayRate, remaining } from "../swarm/evaporation.ts";
import type { ReadWorkload } from "./workload-readings.ts";

const DAY_MS = 86_400_000;

export const TRAILS = {
  /** Half of a trail is gone after this: programs are updated, habits change. */
  halfLifeMs: 14 * DAY_MS,
  /** What a win adds, up to `cap`: what has won often lasts for months unused. */
  win: 1,
  cap: 8,
  /** Share that is left after it was followed and did not win. */
  afterFailure: 0.25,
  /** Below this a trail is none. */
  least: 0.1,
  /** Trails kept; beyond, the weakest goes. */
  most: 256,
  /** Powers of two of load that a trail may be away and still be tried first. */
  near: 1,
} as const;

const RATE = decayRate(TRAILS.halfLifeMs);

export function strengthAt(trail: Trail, wallMs: number): number {
  // A clock set back makes nothing stronger.
  return remaining(trail.strength, Math.max(0, wallMs - trail.atMs), RATE);
}

/** Host and workloads in words that mean the same after a restart: what runs where, not how much. */
export function shapeOf(cpus: number, workloads: readonly ReadWorkload[]): string {
  const parts = workloads.map(({ info }) => `${info.kind} ${info.label === "" ? "" : `${info.label} `}${info.name}`);
  return [`${cpus} CPUs`, ...parts.toSorted()].join("; ").slice(0, MAX_SHAPE);
}

const MAX_SHAPE = 2000;

/** The strongest trail of this shape that lies near enough in load; the nearer one among equals. */
export function bestTrail(
  trails: Iterable<Trail>,
  { shape, load, wallMs }: { readonly shape: string; readonly load: number; readonly wallMs: number },
): Trail | undefined {
  const worth = (trail: Trail): number => strengthAt(trail, wallMs) / (1 + Math.abs(trail.load - load));
  return [...trails]
    .filter((trail) => trail.shape === shape && Math.abs(trail.load - load) <= TRAILS.near)
    .filter((trail) => strengthAt(trail, wallMs) >= TRAILS.least)
    .toSorted((a, b) => worth(b) - worth(a))[0];
}

/** What is sound of a row that may be anything. */
export function trailFrom(row: unknown): Trail | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  const { id, shape, load, settings, gain, interval, pairs, wins, failures, strength, atMs } = row as Partial<
    Record<keyof Trail, unknown>
  >;
  const numbers = [load, gain, pairs, wins, failures, strength, atMs];
  const isSound =
    typeof id === "string" &&
    typeof shape === "string" &&
    numbers.every((number) => Number.isFinite(number)) &&
    Array.isArray(interval) &&
    interval.length === 2 &&
    Array.isArray(settings) &&
    settings.length > 0 &&
    settings.every(isSetting);
  return isSound ? (row as Trail) : undefined;
}

function isSetting(setting: unknown): setting is TrailSetting {
  if (typeof setting !== "object" || setting === null) return false;
  const { kind, entity, value } = setting as Partial<Record<keyof TrailSetting, unknown>>;
  return typeof kind === "string" && typeof entity === "string" && Number.isFinite(value);
}
