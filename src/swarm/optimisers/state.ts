/**
 * A strategy keeps all that it knows in one flat record of numbers and typed arrays. Saved it is plain JSON; numbers
 * survive that exactly, but for infinity, which becomes null (and no strategy keeps anything else that is not finite).
 */
export type State = Record<string, number | Float64Array>;

export type SavedState = Readonly<Record<string, number | null | readonly (number | null)[]>>;

export function saveState(state: State): SavedState {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [
      key,
      typeof value === "number" ? savedNumber(value) : Array.from(value, savedNumber),
    ]),
  );
}

/** Into a state of the same shape; false, and nothing changed, where the shape is another. */
export function loadState(state: State, saved: unknown): boolean {
  if (typeof saved !== "object" || saved === null) return false;
  const from = saved as Readonly<Record<string, unknown>>;
  const fits = Object.entries(state).every(([key, value]) =>
    typeof value === "number" ? isSavedNumber(from[key]) : isSavedArray(from[key], value.length),
  );
  if (!fits) return false;
  for (const [key, value] of Object.entries(state)) {
    const given = from[key];
    if (typeof value === "number") state[key] = loadedNumber(given as number | null);
    else value.set((given as (number | null)[]).map(loadedNumber));
  }
  return true;
}

const savedNumber = (value: number): number | null => (value === Infinity ? null : value + 0);
const loadedNumber = (value: number | null): number => value ?? Infinity;
const isSavedNumber = (value: unknown): value is number | null => value === null || Number.isFinite(value);

export function isSavedArray(value: unknown, length?: number): value is readonly (number | null)[] {
  return Array.isArray(value) && (length === undefined || value.length === length) && value.every(isSavedNumber);
}

/** An array of numbers, none of them infinite. */
export function isNumbers(value: unknown, length?: number): value is readonly number[] {
  return isSavedArray(value, length) && !value.includes(null);
}
