import type { Trail, TrailSetting } from "../core/trail.ts";
import { type KnobDimension, pointOf, type Setting } from "./knob-space.ts";
import type { Step } from "./search-course.ts";
import { TrailBook, type TrailPort } from "./trail-book.ts";
import { shapeOf } from "./trail.ts";
import type { ReadWorkload } from "./workload-readings.ts";

/** What a trail is about. */
export interface Place {
  readonly workloads: readonly ReadWorkload[];
  /** Logarithm (base 2) of wake-ups per second. */
  readonly load: number;
  readonly wallMs: number;
}

/** JSON has no infinity. */
const FAR = 1e6;

/** The trail that the search follows now, and how it fares. */
export class SearchTrails {
  private readonly cpus: number;
  private readonly book: TrailBook;
  private followed: Trail | undefined;

  constructor(cpus: number, port: TrailPort) {
    this.cpus = cpus;
    this.book = new TrailBook(port);
  }

  /** What won here before, as a point; undefined where nothing is remembered. */
  follow({ workloads, load, wallMs }: Place, dimensions: readonly KnobDimension[]): readonly number[] | undefined {
    const shape = shapeOf(this.cpus, workloads);
    this.followed = this.book.best({ shape, load: Math.round(load), wallMs });
    if (this.followed === undefined) return undefined;
    const { settings } = this.followed;
    const point = pointOf(
      dimensions,
      new Map(settings.map(({ kind, entity, value }): [string, number] => [`${kind} ${entity}`, value])),
    );
    // Its knobs may all be out of reach now; that is no failure of it.
    return point.every((level) => level === 0) ? undefined : point;
  }

  won(
    { workloads, load, wallMs }: Place,
    settings: readonly Setting[],
    { screening, confirmation }: Extract<Step, { what: "won" }>,
    id: string,
  ): void {
    const { effect, interval, pairs } = (confirmation ?? screening).verdict;
    const found = {
      shape: shapeOf(this.cpus, workloads),
      load: Math.round(load),
      settings: rowsOf(settings),
      gain: Math.min(FAR, effect),
      interval: [interval[0], Math.min(FAR, interval[1])] as const,
      pairs,
    };
    this.followed = this.book.won(found, id, wallMs);
  }

  /** What was found does as well with these settings alone. */
  shortened(settings: readonly Setting[]): void {
    if (this.followed === undefined) return;
    this.followed = this.book.shorten(this.followed.id, rowsOf(settings));
  }

  /** What was followed, or found, is not worth it, or not wanted. */
  failed(wallMs: number): void {
    if (this.followed !== undefined) this.book.failed(this.followed.id, wallMs);
    this.followed = undefined;
  }
}

function rowsOf(settings: readonly Setting[]): TrailSetting[] {
  return settings.map(({ knob, entity, value }) => ({ kind: knob.kind, entity, value }));
}
