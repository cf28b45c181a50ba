export interface ChangePointOptions {
  /** Standard deviations that a value may lie aside without counting. Default 1: lasting shifts below that are let pass. */
  readonly slack?: number;
  /** Sum of what lies beyond it at which the ground has moved, standard deviations. Default 8. */
  readonly limit?: number;
  /** Values before any judgement. Default 12. */
  readonly warmUp?: number;
  /** Values that the notion of what is usual goes back to; older ones fade. Default 120. */
  readonly memory?: number;
  /** Least standard deviation, in the values' unit: scatter below it is of no interest to whoever asks. Default 0. */
  readonly leastDeviation?: number;
}

const DEFAULTS = { slack: 1, limit: 8, warmUp: 12, memory: 120, leastDeviation: 0 };

/** One value, however wild, is not a change: it counts for no more than this many standard deviations. */
const CLIP = 3;

/**
 * Tells when a row of values has come to lie elsewhere for good: a two-sided CUSUM (Page, "Continuous inspection schemes",
 * Biometrika 41, 1954) that starts by itself (Hawkins, "Self-starting cusum charts for location and scale", The Statistician
 * 36, 1987): each value is judged by the mean and scatter of those before it, as Student's t, brought to the scale of a normal
 * one (Wallace, "Bounds on normal approximations to Student's and the chi-square distributions", Annals of Mathematical
 * Statistics 30, 1959). Slack and limit are wide on purpose: values of a host follow each other, and a change that
 * matters here (a job comes or goes, load doubles) is of many standard deviations. For independent normal values the mean
 * run to a false alarm is e^18 or so; a lasting shift of three deviations is told within five values.
 */
export class ChangePoint {
  private readonly options: Required<ChangePointOptions>;
  private weight = 0;
  private mean = 0;
  /** Sum of squared deviations. */
  private squares = 0;
  private up = 0;
  private down = 0;

  constructor(options: ChangePointOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** True where the ground has moved: the caller's comparisons are over, and this begins anew with what comes now. */
  add(value: number): boolean {
    if (!Number.isFinite(value)) return false;
    const { slack, limit, warmUp } = this.options;
    if (this.weight >= warmUp) {
      const score = Math.max(-CLIP, Math.min(CLIP, this.scoreOf(value)));
      this.up = Math.max(0, this.up + score - slack);
      this.down = Math.max(0, this.down - score - slack);
      if (Math.max(this.up, this.down) > limit) {
        this.restart();
        this.learn(value);
        return true;
      }
      this.learn(this.tame(value));
    } else this.learn(value);
    return false;
  }

  restart(): void {
    this.weight = this.mean = this.squares = this.up = this.down = 0;
  }

  private get deviation(): number {
    return Math.max(this.options.leastDeviation, Math.sqrt(this.squares / (this.weight - 1)));
  }

  /** What is far off teaches little: else the first values after a change would make the rest look usual. */
  private tame(value: number): number {
    const { mean, deviation } = this;
    if (deviation === 0) return value;
    return Math.max(mean - CLIP * deviation, Math.min(mean + CLIP * deviation, value));
  }

  private scoreOf(value: number): number {
    const freedom = this.weight - 1;
    const { deviation } = this;
    const distance = value - this.mean;
    if (distance === 0) return 0;
    if (deviation === 0) return Math.sign(distance) * CLIP;
    const t = (Math.sqrt(this.weight / (this.weight + 1)) * distance) / deviation;
    const normal = ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
    return Math.sign(t) * normal;
  }

  /** West's update of mean and squares (CACM 22, 1979); beyond `memory` values the old ones fade as the new come. */
  private learn(value: number): void {
    if (this.weight >= this.options.memory) {
      this.squares *= (this.weight - 1) / this.weight;
      this.weight--;
    }
    this.weight++;
    const distance = value - this.mean;
    this.mean += distance / this.weight;
    this.squares += distance * (value - this.mean);
  }
}
