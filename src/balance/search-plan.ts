import type { Random } from "../core/random.ts";
import type { Optimiser } from "../swarm/optimiser.ts";

export const PLAN = {
  /** Candidates in a row that did not win; then there is nothing to be won now. */
  patience: 10,
  /** After a win doing nothing is tried once more, at every so manieth candidate. */
  nothingEvery: 4,
  /** Points that were judged already and come again, before those that are left are drawn from. */
  repeats: 16,
} as const;

/** Whose turn it is, in a circle: at so few candidates, steps from what is good already find as much as any optimiser. */
const TURNS = ["optimiser", "neighbour", "random", "neighbour"] as const;

export type Origin = "remembered" | "optimiser" | "random" | "neighbour" | "simpler" | "nothing";

/** A point of the space to be tried, and who thought of it. */
export interface Attempt {
  readonly point: readonly number[];
  readonly origin: Origin;
  /** The optimiser's name for it. */
  readonly id?: number;
}

/** What came of it: the gain over the incumbent as a share. */
export type Outcome = { readonly gain: number; readonly won: boolean } | { readonly broke: true };

/**
 * What to try next, in one search: what was remembered first, then what the optimiser asks for, with steps from
 * the point in force and random points among it and, beside a winner, the same with one knob less, and doing nothing. No point is tried twice; when none is left, or patience is, it ends.
 */
export class SearchPlan {
  /** Points to be asked first come from `optimiser` itself; here they are only named. */
  private readonly optimiser: Optimiser;
  private readonly random: Random;
  private readonly judged = new Map<string, number>();
  private remembered: readonly number[] | undefined;
  private nothingDue: boolean;
  /** The winner without one of its knobs each: what does nothing for it need not be turned. */
  private simpler: (readonly number[])[] = [];
  private isDoubted: boolean;
  private incumbent: readonly number[];
  private attempts = 0;
  private losses = 0;
  /** Value of the incumbent for the optimiser, which wants little: logarithms of gains, added up. */
  private level = 0;

  /** `remembered` comes before all else; `doubt`, where a winner is in force: then doing nothing does. */
  constructor(
    optimiser: Optimiser,
    random: Random,
    first: { readonly remembered?: readonly number[] | undefined; readonly doubt?: boolean } = {},
  ) {
    this.optimiser = optimiser;
    this.random = random;
    this.remembered = first.remembered;
    this.nothingDue = first.doubt === true;
    this.isDoubted = this.nothingDue;
    this.incumbent = this.nothing;
    this.judged.set(keyOf(this.nothing), 0);
  }

  /** Which algorithm proposes, and where what it searches with stands. */
  get swarm(): { readonly name: string; readonly members: readonly (readonly number[])[] } {
    return { name: this.optimiser.name, members: this.optimiser.members() };
  }

  /** Candidates asked for so far. */
  get tried(): number {
    return this.attempts;
  }

  get nothing(): readonly number[] {
    return this.optimiser.space.map(() => 0);
  }

  /** Undefined where the search is over. */
  next(): Attempt | undefined {
    if (this.losses >= PLAN.patience) return undefined;
    const attempt = this.choose();
    if (attempt !== undefined) this.attempts++;
    return attempt;
  }

  /** The point in force at the beginning, where that is not to do nothing. */
  startAt(point: readonly number[]): void {
    this.incumbent = point;
    this.judged.set(keyOf(point), this.level);
  }

  took({ point, id }: Attempt, outcome: Outcome): void {
    const value = this.valueOf(outcome);
    this.judged.set(keyOf(point), value);
    if (id !== undefined) this.optimiser.tell(id, value);
    if (!("won" in outcome) || !outcome.won) {
      this.losses++;
      return;
    }
    this.losses = 0;
    this.isDoubted = false;
    this.level = value;
    this.incumbent = point;
    this.nothingDue = keyOf(point) !== keyOf(this.nothing);
    this.simpler = withoutEach(point);
  }

  /** Smaller is better. */
  private valueOf(outcome: Outcome): number {
    if ("broke" in outcome) return Number.POSITIVE_INFINITY;
    return this.level - Math.log1p(Math.max(-0.999, outcome.gain));
  }

  private choose(): Attempt | undefined {
    const { remembered } = this;
    this.remembered = undefined;
    if (remembered !== undefined && !this.judged.has(keyOf(remembered)))
      return { point: remembered, origin: "remembered" };
    for (let point = this.simpler.shift(); point !== undefined; point = this.simpler.shift())
      if (!this.judged.has(keyOf(point))) return { point, origin: "simpler" };
    if (this.nothingDue && (this.isDoubted || this.attempts % PLAN.nothingEvery === 0)) {
      this.nothingDue = false;
      this.isDoubted = false;
      return { point: this.nothing, origin: "nothing" };
    }
    const turn = TURNS[this.attempts % TURNS.length];
    if (turn === "random") return this.atRandom();
    return (turn === "neighbour" ? this.neighbour() : undefined) ?? this.asked();
  }

  /** The optimiser's next point that is not judged yet. */
  private asked(): Attempt | undefined {
    for (let again = 0; again < PLAN.repeats; again++) {
      const { id, point } = this.optimiser.ask();
      const known = this.judged.get(keyOf(point));
      if (known === undefined) return { point, id, origin: "optimiser" };
      this.optimiser.tell(id, known);
    }
    return this.atRandom();
  }

  /** The point in force with one knob a level milder or stronger. */
  private neighbour(): Attempt | undefined {
    const all = this.incumbent.flatMap((level, index) =>
      [level - 1, level + 1].map((other) => this.incumbent.map((same, at) => (at === index ? other : same))),
    );
    const { space } = this.optimiser;
    const left = all.filter(
      (point) =>
        point.every((level, index) => level >= 0 && level <= (space[index]?.high ?? 0)) &&
        !this.judged.has(keyOf(point)),
    );
    const point = left[Math.floor(this.random() * left.length)];
    return point === undefined ? undefined : { point, origin: "neighbour" };
  }

  private atRandom(): Attempt | undefined {
    const { space } = this.optimiser;
    const left = space.reduce((points, { high }) => points * (high + 1), 1) - this.judged.size;
    if (left <= 0) return undefined;
    // Where few are left, chance may miss them for long: then in order, from a random one on.
    for (let again = 0; again < PLAN.repeats; again++) {
      const point = space.map(({ high }) => Math.floor(this.random() * (high + 1)));
      if (!this.judged.has(keyOf(point))) return { point, origin: "random" };
    }
    return this.firstLeft();
  }

  private firstLeft(): Attempt | undefined {
    const { space } = this.optimiser;
    const point = space.map(({ high }) => Math.floor(this.random() * (high + 1)));
    for (let step = 0; step < MOST_STEPS; step++) {
      if (!this.judged.has(keyOf(point))) return { point, origin: "random" };
      for (const [index, { high }] of space.entries()) {
        point[index] = ((point[index] ?? 0) + 1) % (high + 1);
        if (point[index] !== 0) break;
      }
    }
    return undefined;
  }
}

/** More points than patience lets anybody judge. */
const MOST_STEPS = 1024;

function keyOf(point: readonly number[]): string {
  return point.map(Math.round).join();
}

/** None where only one knob is turned: without it, that is doing nothing. */
function withoutEach(point: readonly number[]): (readonly number[])[] {
  const turned = point.flatMap((level, index) => (level > 0 ? [index] : []));
  return turned.length < 2 ? [] : turned.map((without) => point.map((level, index) => (index === without ? 0 : level)));
}
