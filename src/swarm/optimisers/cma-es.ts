import { Brood } from "./cma-brood.ts";
import { CmaBounds } from "./cma-bounds.ts";
import { Descent } from "./cma-descent.ts";
import { defaultLambda } from "./cma-parameters.ts";
import { type Beginning, CmaRestarts, RESTARTS } from "./cma-restarts.ts";
import { CmaStop } from "./cma-stop.ts";
import { CmaUncertainty } from "./cma-uncertainty.ts";
import { CmaWalls } from "./cma-walls.ts";
import { membersOf } from "./population.ts";
import { type State, loadState, saveState } from "./state.ts";
import { type Strategy, type Surroundings, isShort } from "./strategy.ts";

/** Between the generation and the place in it, in a tag. */
const PLACES = 2 ** 20;
/** In the stead of a place: a question beside the generation. */
const BESIDE = PLACES - 1;

export interface CmaTuning {
  /** Population; by default 4 + 3 ln n. */
  readonly lambda?: number;
  /** First step, of the width of the space. */
  readonly sigma?: number;
  /** 0: none, 1: IPOP, 2: BIPOP. */
  readonly restarts?: number;
  /**
   * Measurements of one candidate at most, where handling of uncertainty is wanted under noise. Off by default: measured, a given
   * number of measurements is used better by larger populations (docs/optimisers.md).
   */
  readonly repeats?: number;
  /** 0: an optimum on the walls is not looked for beside the descent. Under noise it never is. */
  readonly walls?: number;
}

/**
 * CMA-ES with active update, bounds and a search along them, restarts (BIPOP) and, under noise, handling of uncertainty: a generation is asked for, and when
 * all of it were told the next is made from it. What is asked for beyond a generation is drawn from the same distribution, and stands in
 * for what is never told.
 */
export class CmaEs implements Strategy {
  readonly name = "cma";
  readonly carried = 1;
  private readonly around: Surroundings;
  private readonly size: number;
  private readonly looksAtWalls: boolean;
  private readonly restarts: CmaRestarts;
  private readonly uncertainty: CmaUncertainty | undefined;
  private descent: Descent;
  private bounds: CmaBounds;
  private walls: CmaWalls;
  private stop: CmaStop;
  private brood: Brood;
  private readonly run: State & {
    /** Counts up over all descents. */
    generation: number;
    measured: number;
    budget: number;
    firstSigma: number;
    /** Value of the best starting point that was told. */
    start: number;
  };

  constructor(around: Surroundings, tuning: CmaTuning = {}) {
    this.around = around;
    this.size = around.encoding.size;
    // A place that was lucky once would be taken for the best.
    this.looksAtWalls = !around.noisy && tuning.walls !== 0;
    const lambda = membersOf(tuning.lambda, defaultLambda(this.size), 3);
    this.restarts = new CmaRestarts(
      tuning.restarts ?? RESTARTS.bipop,
      lambda,
      tuning.sigma ?? (isShort(around) ? 0.3 : 0.2),
    );
    this.uncertainty =
      around.noisy && (tuning.repeats ?? 1) > 1
        ? new CmaUncertainty(this.size, Math.min(100, tuning.repeats ?? 1))
        : undefined;
    this.run = { generation: 0, measured: 0, budget: Infinity, firstSigma: 0, start: Infinity };
    const [start] = around.starts;
    ({
      descent: this.descent,
      bounds: this.bounds,
      walls: this.walls,
      stop: this.stop,
      brood: this.brood,
    } = this.begin(this.restarts.first(), start ?? this.somewhere()));
  }

  propose(row: Float64Array): number {
    const { brood } = this;
    if (this.looksAtWalls && this.walls.propose(row)) return this.run.generation * PLACES + BESIDE;
    const at = brood.next();
    if (brood.isKnown(at)) row.set(brood.rows[at] as Float64Array);
    else this.descent.sample(row, this.around.random);
    return this.run.generation * PLACES + at;
  }

  receive(tag: number, row: Float64Array, value: number): void {
    this.run.measured++;
    if (tag % PLACES === BESIDE) {
      this.walls.tell(row, value);
      return;
    }
    this.walls.see(row, value);
    if (Math.floor(tag / PLACES) !== this.run.generation) return;
    if (!this.brood.tell(tag % PLACES, row, value)) return;
    if (this.uncertainty !== undefined && this.brood.startAgain(this.uncertainty)) return;
    this.endGeneration();
  }

  inject(row: Float64Array, value: number): void {
    this.run.measured++;
    this.walls.see(row, value);
    const untouched = this.descent.state.generation === 0 && !this.brood.isBegun();
    if (!untouched || !(value < this.run.start)) return;
    this.run.start = value;
    this.descent.state.mean.set(row.subarray(0, this.size));
  }

  revise(): void {}

  save(): unknown {
    return [
      this.descent.parameters.lambda,
      ...[this.run, this.restarts.state, this.descent.state, this.bounds.state, this.stop.state].map(saveState),
      this.uncertainty === undefined ? null : saveState(this.uncertainty.state),
      this.brood.save(),
      saveState(this.walls.state),
    ];
  }

  load(saved: unknown): boolean {
    if (!Array.isArray(saved)) return false;
    const [lambda, run, restarts, descent, bounds, stop, uncertainty, brood, walls] = saved as unknown[];
    if (typeof lambda !== "number" || !Number.isInteger(lambda) || lambda < 2 || lambda >= BESIDE) return false;
    if (!loadState(this.run, run) || !loadState(this.restarts.state, restarts)) return false;
    const parts = this.parts({ lambda, sigma: this.run.firstSigma, budget: 0 }, new Float64Array(this.size));
    const fits =
      loadState(parts.descent.state, descent) &&
      loadState(parts.bounds.state, bounds) &&
      loadState(parts.stop.state, stop) &&
      (this.uncertainty === undefined || loadState(this.uncertainty.state, uncertainty)) &&
      parts.brood.load(brood) &&
      loadState(parts.walls.state, walls);
    if (fits)
      ({ descent: this.descent, bounds: this.bounds, walls: this.walls, stop: this.stop, brood: this.brood } = parts);
    return fits;
  }

  private endGeneration(): void {
    const { brood, descent, run } = this;
    const values = brood.means();
    const longer = this.uncertainty === undefined ? 1 : brood.adapt(this.uncertainty);
    const ranked = this.bounds.penalised(descent, brood.rows, values);
    const order = Array.from(ranked.keys()).sort((a, b) => less(ranked[a] as number, ranked[b] as number));
    descent.update(order.map((at) => brood.rows[at] as Float64Array));
    descent.state.sigma *= longer;
    this.keepIntegersAlive();
    run.generation++;
    brood.reset(this.uncertainty?.state.repeats ?? 1, this.around.random);
    if (this.stop.isOver(descent, values.slice().sort()) || run.measured > run.budget) this.restart();
  }

  private restart(): void {
    const beginning = this.restarts.next(this.run.measured, this.around.random);
    const fresh = this.begin(beginning, this.somewhere());
    ({ descent: this.descent, bounds: this.bounds, walls: this.walls, stop: this.stop, brood: this.brood } = fresh);
  }

  private begin(beginning: Beginning, mean: Float64Array): ReturnType<CmaEs["parts"]> {
    this.run.measured = 0;
    this.run.budget = beginning.budget;
    this.run.firstSigma = beginning.sigma;
    return this.parts(beginning, mean);
  }

  private parts({ lambda, sigma }: Beginning, mean: Float64Array) {
    return {
      descent: new Descent(this.size, lambda, mean, sigma),
      bounds: new CmaBounds(this.size, lambda),
      walls: new CmaWalls(this.size),
      stop: new CmaStop(this.size, lambda, sigma),
      brood: new Brood(lambda),
    };
  }

  /** Evenly at random, but for a tenth at each wall. */
  private somewhere(): Float64Array {
    return new Float64Array(this.size).map(() => 0.1 + 0.8 * this.around.random.next());
  }

  /** Whole numbers that all fall into one cell look equal, and their step would go to nothing. */
  private keepIntegersAlive(): void {
    const { covariance, sigma } = this.descent.state;
    for (let i = 0; i < this.size; i++) {
      const least = (0.3 * this.around.encoding.cell(i)) / sigma;
      const at = i * (this.size + 1);
      if ((covariance[at] as number) < least * least) covariance[at] = least * least;
    }
  }
}

/** Infinity is equal to itself, which a difference would not tell. */
const less = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
