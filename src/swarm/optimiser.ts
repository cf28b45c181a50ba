/** One coordinate of what is searched. Bounds are inclusive; `low < high`. */
export interface Dimension {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** "log": equal ratios are equal distances; needs `low > 0`. Default: linear. */
  readonly scale?: "linear" | "log";
  /** Only whole numbers are asked for. */
  readonly integer?: boolean;
}

export type Space = readonly Dimension[];

/** A point to be measured, in the units of the space. */
export interface Candidate {
  /** Names it in `tell`; unique within one optimiser, also after it was saved and restored. */
  readonly id: number;
  readonly point: readonly number[];
}

/** The best that was told. Under noise: by the mean of what was told of it, not by one lucky value. */
export interface Best {
  readonly point: readonly number[];
  readonly value: number;
  /** How many measurements stand behind the value. */
  readonly measured: number;
}

/**
 * A search by asking and telling: it proposes points, somebody measures them, smaller is better. Any number may be
 * asked for before the first is told, answers may come in any order, and some never. No clock, no randomness
 * but the generator that it was seeded with.
 */
export interface Optimiser {
  readonly name: string;
  readonly space: Space;
  ask(): Candidate;
  /** False, and no effect, where no such candidate is open. What is not a finite number counts as worst of all. */
  tell(id: number, value: number): boolean;
  best(): Best | undefined;
  /**
   * Where those stand now that it searches with, in units of the space: the best places of particles, an archive, food sources.
   * Only places that something was told of; none where there is no such population.
   */
  members(): readonly (readonly number[])[];
  /** Everything, as plain JSON: what is restored from it goes on exactly as this one would. */
  save(): unknown;
}

export interface OptimiserOptions {
  readonly space: Space;
  /** 32 bits. The same seed and the same answers give the same questions. */
  readonly seed: number;
  /** Points to be asked first, such as the setting in force or what won last time; in units of the space. */
  readonly start?: readonly (readonly number[])[];
  /** Whether two measurements of one point differ; then good points are measured again. */
  readonly noisy?: boolean;
  /** How many measurements there will be, where that is known: populations are sized for it. */
  readonly evaluations?: number;
}
