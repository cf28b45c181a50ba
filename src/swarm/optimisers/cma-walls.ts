import type { State } from "./state.ts";

/** Measured: what costs least elsewhere of what holds the linear slope within its published running time (docs/optimisers.md). */
export const WALLS = {
  /** Attempts in vain for each dimension; then it rests. */
  patience: 0.5,
  /** Measurements of the descent for each attempt. */
  every: 2,
  /** First rest, in measurements of the descent for each dimension; each one in vain doubles it. */
  rest: 5,
} as const;

/**
 * Looks for optima that lie on the cube's walls, beside a descent of CMA-ES: as long as the best place lies on a wall itself, one
 * coordinate of it after the other is put to a wall, and what is better stays. A normal distribution has every coordinate on its
 * wall at once only by chance. (Of search along the bounds: Schoenauer and Michalewicz, "Evolutionary computation at the edge of
 * feasibility", PPSN IV, 1996.) The descent is told nothing of it.
 */
export class CmaWalls {
  readonly state: State & {
    /** Of the best place. */
    value: number;
    /** 0 to 3 n - 1: which coordinate comes next, and where to. */
    turn: number;
    lost: number;
    /** Measurements of the descent until the next attempt. */
    wait: number;
    rest: number;
    readonly place: Float64Array;
  };
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.state = { value: Infinity, turn: 0, lost: 0, wait: 0, rest: WALLS.rest * size, place: new Float64Array(size) };
  }

  /** What the descent measured. */
  see(row: Float64Array, value: number): void {
    this.state.wait = Math.max(0, this.state.wait - 1);
    this.take(row, value);
  }

  /** Fills `row` with a place to be measured; false where there is nothing to try. */
  propose(row: Float64Array): boolean {
    const { state, size } = this;
    if (state.wait > 0 || state.value === Infinity || !state.place.some(isWall)) return false;
    for (let looked = 0; looked < 3 * size; looked++) {
      const [pass, at] = [Math.floor(state.turn / size), state.turn % size];
      state.turn = (state.turn + 1) % (3 * size);
      const own = state.place[at] as number;
      // First the nearer wall, then the farther one; then the opposite ones of those that stand at one.
      if (isWall(own) !== (pass === 2)) continue;
      row.set(state.place);
      const nearer = own > 0.5 ? 1 : 0;
      row[at] = pass === 0 ? nearer : 1 - nearer;
      state.wait = WALLS.every;
      return true;
    }
    return false;
  }

  tell(row: Float64Array, value: number): void {
    const { state, size } = this;
    if (this.take(row, value)) {
      [state.lost, state.rest] = [0, WALLS.rest * size];
      return;
    }
    if (++state.lost < WALLS.patience * size) return;
    [state.lost, state.wait] = [0, state.rest];
    state.rest *= 2;
  }

  private take(row: Float64Array, value: number): boolean {
    const { state } = this;
    if (!(value < state.value)) return false;
    state.value = value;
    for (let i = 0; i < this.size; i++) state.place[i] = Math.min(1, Math.max(0, row[i] as number));
    return true;
  }
}

const isWall = (place: number): boolean => place === 0 || place === 1;
