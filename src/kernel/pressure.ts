/**
 * Pressure stall information (Documentation/accounting/psi.rst): how long tasks waited for a resource.
 * The averages that the kernel prints lag by seconds, so shares are taken from the running total.
 */
export const PRESSURE_RESOURCES = ["cpu", "memory", "io"] as const;
export type PressureResource = (typeof PRESSURE_RESOURCES)[number];

/** Microseconds stalled since boot, or since the group was made. */
export interface Pressure {
  /** At least one task waited. */
  readonly someUs: number;
  /** All non-idle tasks waited at once; undefined where the kernel does not count it (cpu of the host before 5.13). */
  readonly fullUs: number | undefined;
}

/** The host's file, relative to /proc, and a group's, relative to its directory. */
export const pressureFile = {
  host: (resource: PressureResource): string => `pressure/${resource}`,
  cgroup: (resource: PressureResource): string => `${resource}.pressure`,
} as const;

/** Share of the elapsed time, in [0, 1], from the growth of a total. */
export function pressureShare(stalledUsPerMs: number): number {
  return Math.min(1, stalledUsPerMs / 1000);
}

/** Text of /proc/pressure/NAME or a cgroup's NAME.pressure; undefined where it is anything else. */
export function parsePressure(text: string | undefined): Pressure | undefined {
  if (text === undefined) return undefined;
  const someUs = totalOf(text, "some ");
  return someUs === undefined ? undefined : { someUs, fullUs: totalOf(text, "full ") };
}

function totalOf(text: string, prefix: string): number | undefined {
  const start = text.indexOf(prefix);
  if (start !== 0 && text[start - 1] !== "\n") return undefined;
  const lineEnd = text.indexOf("\n", start);
  const line = text.slice(start, lineEnd === -1 ? undefined : lineEnd);
  const match = / total=(\d{1,18})$/.exec(line);
  return match ? Number(match[1]) : undefined;
}
