/** Hierarchies in which adopted processes get a group, by the name of a controller that is there. */
export const PLACES = ["cpu", "v2", "memory", "io", "freezer"] as const;
export type Place = (typeof PLACES)[number];

/** One process that was moved, and where it was before. */
export interface Moved {
  /** The declared workload. */
  readonly name: string;
  readonly pid: number;
  readonly startTicks: number;
  /** Its group in each hierarchy. */
  readonly from: Readonly<Partial<Record<Place, string>>>;
}

/** Everything that is needed to undo it, also by another process after a crash: it stands in the journal as the setting. */
export interface Adoption {
  readonly moved: readonly Moved[];
  /** Controllers that the layer switched on for the groups below the scope's (pure v2). */
  readonly enabled: readonly string[];
  /** Hierarchies in which the scope's own group was not there and was made. */
  readonly made: readonly Place[];
}

/** A journal line holds a quarter of a megabyte. */
export const MAX_MOVED = 256;
const MAX_PATH = 512;

export function textOf(adoption: Adoption): string {
  return JSON.stringify(adoption);
}

/** Undefined where the text is none of ours: only what this module wrote is ever acted on. */
export function parseAdoption(text: string): Adoption | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { moved, enabled, made } = value;
  if (!Array.isArray(moved) || !Array.isArray(enabled) || !Array.isArray(made)) return undefined;
  if (moved.length > MAX_MOVED || !moved.every(isMoved)) return undefined;
  if (!enabled.every((name) => typeof name === "string" && /^[a-z]{1,16}$/.test(name))) return undefined;
  return made.every(isPlace) ? { moved, enabled: enabled as string[], made } : undefined;
}

function isMoved(value: unknown): value is Moved {
  if (!isRecord(value)) return false;
  const { name, pid, startTicks, from } = value;
  return (
    typeof name === "string" &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 1 &&
    Number.isSafeInteger(startTicks) &&
    isRecord(from) &&
    Object.entries(from).every(([place, path]) => isPlace(place) && isPath(path))
  );
}

function isPath(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("/") && value.length <= MAX_PATH && !/\/\.\.?(\/|$)/.test(value);
}

function isPlace(value: unknown): value is Place {
  return PLACES.some((place) => place === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
