import { RandomStream, type RandomState } from "../../core/random.ts";
import type { Best, Candidate, Optimiser, OptimiserOptions, Space } from "../optimiser.ts";
import { Elites } from "./elites.ts";
import { Encoding } from "./encoding.ts";
import { isNumbers, isSavedArray } from "./state.ts";
import { NO_ELITE, type Strategy, type Surroundings } from "./strategy.ts";

export const ASKED = {
  /** Candidates that wait for an answer; beyond that the oldest is taken for forgotten. */
  open: 4096,
  /** Under noise, one question in so many measures one of the elites again. Measured, see docs/optimisers.md. */
  againEvery: 4,
} as const;

/** Tags of the questions that are not the strategy's own. */
const START = -1;
const AGAIN = -2;

interface Open {
  readonly tag: number;
  /** As the strategy proposed it; of starting points and elites, their place in the cube. */
  readonly row: Float64Array;
  readonly point: readonly number[];
}

/**
 * The asking and telling that all strategies share: identities, starting points, the best, and under noise the elites
 * that are measured again. Everything that it does follows from the seed and the answers.
 */
export class AskTell implements Optimiser {
  readonly name: string;
  readonly space: Space;
  private readonly encoding: Encoding;
  private readonly random: RandomStream;
  private readonly strategy: Strategy;
  private readonly settings: OptimiserSettings;
  private readonly elites: Elites | undefined;
  private readonly open = new Map<number, Open>();
  private readonly starts: (readonly number[])[];
  private asked = 0;
  private top: Best | undefined;

  constructor(settings: OptimiserSettings, make: (surroundings: Surroundings) => Strategy) {
    this.space = settings.space;
    this.encoding = new Encoding(settings.space);
    const random = new RandomStream(settings.seed);
    this.random = random;
    this.settings = settings;
    this.elites = settings.noisy === true ? new Elites() : undefined;
    this.starts = (settings.start ?? []).map((start) => this.encoding.nearest(start));
    const starts = this.starts.map((start) => {
      const row = new Float64Array(this.encoding.size);
      this.encoding.encode(start, row);
      return row;
    });
    this.strategy = make({
      encoding: this.encoding,
      random,
      noisy: this.elites !== undefined,
      starts,
      evaluations: settings.evaluations ?? Infinity,
    });
    this.name = this.strategy.name;
  }

  ask(): Candidate {
    const id = this.asked++;
    const row = new Float64Array(this.encoding.size + this.strategy.carried);
    const start = this.starts.shift();
    const again = start === undefined ? this.again(id) : undefined;
    const given = start ?? again;
    if (given !== undefined) this.encoding.encode(given, row);
    const tag = start !== undefined ? START : again !== undefined ? AGAIN : this.strategy.propose(row);
    const point = given ?? this.encoding.decode(row);
    if (this.open.size >= ASKED.open) this.forgetOldest();
    this.open.set(id, { tag, row, point });
    return { id, point: point.slice() };
  }

  tell(id: number, value: number): boolean {
    const open = this.open.get(id);
    if (open === undefined) return false;
    this.open.delete(id);
    const told = Number.isFinite(value) ? value + 0 : Infinity;
    if (this.elites === undefined) {
      if (told < (this.top?.value ?? Infinity) || this.top === undefined)
        this.top = { point: open.point, value: told, measured: 1 };
      this.pass(open, told, NO_ELITE);
      return true;
    }
    const elite = this.elites.add(open.point, told);
    if (elite.mean !== told) this.strategy.revise(elite.id, elite.mean);
    this.pass(open, elite.mean, elite.id);
    return true;
  }

  best(): Best | undefined {
    if (this.elites === undefined) return this.top && { ...this.top, point: this.top.point.slice() };
    const elite = this.elites.best();
    return elite && { point: elite.point.slice(), value: elite.mean, measured: elite.measured };
  }

  members(): readonly (readonly number[])[] {
    const { population } = this.strategy;
    if (population === undefined) return [];
    const { size } = this.encoding;
    const points: (readonly number[])[] = [];
    population.filled.forEach((told, at) => {
      if (told === 1) points.push(this.encoding.decode(population.places.subarray(at * size, (at + 1) * size)));
    });
    return points;
  }

  save(): SavedOptimiser {
    const number = (value: number): number | null => (value === Infinity ? null : value);
    return {
      version: 1,
      name: this.name,
      settings: this.settings,
      random: this.random.state(),
      asked: this.asked,
      starts: this.starts.map((start) => start.slice()),
      open: [...this.open].map(([id, { tag, row, point }]) => ({ id, tag, row: Array.from(row, (x) => x + 0), point })),
      best: this.top && { point: this.top.point, value: number(this.top.value) },
      elites: this.elites?.save() ?? null,
      strategy: this.strategy.save(),
    };
  }

  /** Takes over what `save` gave of one with the same settings; false where it does not fit. */
  load(saved: SavedOptimiser): boolean {
    const { size } = this.encoding;
    const { best, open, starts } = saved;
    const fits =
      Number.isInteger(saved.asked) &&
      isSavedArray(saved.random, 5) &&
      starts.every((start) => isNumbers(start, size)) &&
      open.every(
        ({ id, tag, row, point }) =>
          isNumbers([id, tag], 2) && isNumbers(row, size + this.strategy.carried) && isNumbers(point, size),
      ) &&
      (best === undefined || (isNumbers(best.point, size) && isSavedArray([best.value], 1)));
    if (!fits || !this.strategy.load(saved.strategy)) return false;
    if (this.elites !== undefined && !this.elites.load(saved.elites, size)) return false;
    // After all that making it has drawn.
    this.random.resume(saved.random);
    this.asked = saved.asked;
    this.starts.splice(0, this.starts.length, ...starts);
    this.open.clear();
    for (const { id, tag, row, point } of open) this.open.set(id, { tag, row: Float64Array.from(row), point });
    this.top = best && { point: best.point, value: best.value ?? Infinity, measured: 1 };
    return true;
  }

  private pass({ tag, row }: Open, value: number, elite: number): void {
    if (tag === AGAIN) return;
    if (tag === START) this.strategy.inject(row, value, elite);
    else this.strategy.receive(tag, row, value, elite);
  }

  /** An elite to be measured again, where it is its turn and there is doubt. */
  private again(id: number): readonly number[] | undefined {
    if (this.elites === undefined || id % ASKED.againEvery !== ASKED.againEvery - 1) return undefined;
    return this.elites.doubtful()?.point;
  }

  private forgetOldest(): void {
    const [oldest] = this.open.keys();
    if (oldest !== undefined) this.open.delete(oldest);
  }
}

/** What an optimiser was made with, in plain JSON. */
export interface OptimiserSettings extends OptimiserOptions {
  /** Numbers by which an algorithm can be set otherwise than its authors recommend. */
  readonly tuning?: Readonly<Record<string, number>>;
}

export interface SavedOptimiser {
  readonly version: 1;
  readonly name: string;
  readonly settings: OptimiserSettings;
  readonly random: RandomState;
  readonly asked: number;
  readonly starts: readonly (readonly number[])[];
  readonly open: readonly {
    readonly id: number;
    readonly tag: number;
    readonly row: readonly number[];
    readonly point: readonly number[];
  }[];
  readonly best: { readonly point: readonly number[]; readonly value: number | null } | undefined;
  readonly elites: unknown;
  readonly strategy: unknown;
}
