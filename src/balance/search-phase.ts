import { ChangePoint } from "../swarm/change-point.ts";
import type { Moment } from "./search-objective.ts";

export const PHASE = {
  /** Of readings in one value that is judged: a second, so that turns of any length are judged alike. */
  valueMs: 1000,
  /** Load that is up or down by less than a fifth or so is the same phase (logarithm to base 2). */
  leastLoad: 0.25,
  /** The same for what batch work gets done (natural logarithm). */
  leastProgress: 0.1,
  /** Workloads that come or go for less do not count. */
  castMs: 3000,
} as const;

/**
 * Whether the ground has moved: other workloads, another load, or batch work that goes otherwise with the same settings.
 * What was compared before says nothing about now, and what was best may be so no more.
 */
export class SearchPhase {
  private readonly load = new Mean(new ChangePoint({ leastDeviation: PHASE.leastLoad }));
  private readonly progress = new Mean(new ChangePoint({ leastDeviation: PHASE.leastProgress }));
  private cast: string | undefined;
  private otherMs = 0;

  /** `steady`: the readings are of the settings in force all along, none of them on trial. Says what changed. */
  sense(moment: Moment, { steady, turnMs }: { readonly steady: boolean; readonly turnMs: number }): string | undefined {
    this.cast ??= moment.cast;
    this.otherMs = moment.cast === this.cast ? 0 : this.otherMs + turnMs;
    if (this.otherMs >= PHASE.castMs) return this.restart("other workloads are there");
    if (this.otherMs > 0 || !steady) return undefined;
    if (this.load.add(moment.load, turnMs)) return this.restart("the load of the services has changed");
    if (this.progress.add(moment.progress, turnMs)) return this.restart("batch work goes otherwise than before");
    return undefined;
  }

  /** The settings in force are others now: what batch work gets done is learned anew. */
  resettle(): void {
    this.progress.restart();
  }

  restart(why: string): string {
    this.cast = undefined;
    this.otherMs = 0;
    this.load.restart();
    this.progress.restart();
    return why;
  }
}

/** Means over a second, for a change point. */
class Mean {
  private readonly watch: ChangePoint;
  private sum = 0;
  private forMs = 0;

  constructor(watch: ChangePoint) {
    this.watch = watch;
  }

  add(value: number, turnMs: number): boolean {
    this.sum += value * turnMs;
    this.forMs += turnMs;
    if (this.forMs < PHASE.valueMs) return false;
    const mean = this.sum / this.forMs;
    this.sum = this.forMs = 0;
    return this.watch.add(mean);
  }

  restart(): void {
    this.sum = this.forMs = 0;
    this.watch.restart();
  }
}
