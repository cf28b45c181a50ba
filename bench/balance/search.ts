import { setTimeout as pause } from "node:timers/promises";
import { ok, type Result } from "../../src/core/errors.ts";
import type { Random } from "../../src/core/random.ts";
import type { WindowFigures } from "./figures.ts";
import { AS_MADE, type GroupSetting, type Knobs, type Setting } from "./setting.ts";
import type { QuietGuard } from "./quiet.ts";
import type { Phase, Scenario, Scene } from "./scenario.ts";
import { enterPhase, markWindow, readWindow } from "./window.ts";

/*
 * The settings that arms without the layer use, found beforehand on the same load. The exhaustive search tries each setting of
 * the grid for a moment, then the best few again, against chance. What was measured goes into the report.
 */

export interface Tried {
  readonly setting: Setting;
  /** Worst p99 over target, geometric mean of the tries. */
  readonly overTarget: number;
  /** Batch work of the kernel's default = 1. */
  readonly work: number;
  readonly score: number;
  readonly tries: number;
}

const TRY = { settleSeconds: 0.5, seconds: 2, finalists: 3, again: 2, random: 6, ordinary: 2 } as const;
/** Less batch work than this is not what a person would call good. */
const LEAST_WORK = 0.9;

interface Measured {
  readonly logOver: number;
  readonly work: number;
}

export class SettingSearch {
  private readonly scenario: Scenario;
  private readonly scene: Scene;
  private readonly knobs: Knobs;
  private readonly quiet: QuietGuard;
  private readonly signal: AbortSignal;
  private readonly results = new Map<Setting, Measured[]>();
  private ordinary: readonly number[] = [];

  constructor(scenario: Scenario, scene: Scene, knobs: Knobs, quiet: QuietGuard, signal: AbortSignal) {
    this.scenario = scenario;
    this.scene = scene;
    this.knobs = knobs;
    this.quiet = quiet;
    this.signal = signal;
  }

  static seconds(tries: number): number {
    return tries * (TRY.settleSeconds + TRY.seconds + 0.1);
  }

  /** Settings that the random search tries. */
  static readonly drawn: number = TRY.random;

  /** Tries that the exhaustive search makes of so many settings. */
  static tries(grid: number): number {
    return grid + Math.min(TRY.finalists, grid) * TRY.again;
  }

  /** Tries of each phase before any search. */
  static readonly ordinaryTries: number = TRY.ordinary;

  /** Begins the phase and learns what its batch work is without any setting: before the searches of the phase. */
  async enter(phase: Phase): Promise<Result<void>> {
    const entered = await enterPhase(this.scene, phase);
    return entered.ok ? await this.learnOrdinary() : entered;
  }

  async exhaustive(grid: readonly Setting[]): Promise<Result<Tried[]>> {
    this.results.clear();
    const first = await this.measureAll(grid);
    if (!first.ok) return first;
    for (let i = 0; i < TRY.again; i++) {
      const again = await this.measureAll(
        this.ranked()
          .slice(0, TRY.finalists)
          .map(({ setting }) => setting),
      );
      if (!again.ok) return again;
    }
    // Settings that were tried once may have been lucky: the best is among those measured again.
    return ok(this.ranked().toSorted((a, b) => b.tries - a.tries || a.score - b.score));
  }

  /** Best first, of as many random settings as a patient person would try. */
  async random(random: Random): Promise<Result<Tried[]>> {
    this.results.clear();
    const drawn = Array.from({ length: TRY.random }, () => this.draw(random));
    const measured = await this.measureAll(drawn);
    return measured.ok ? ok(this.ranked()) : measured;
  }

  private async learnOrdinary(): Promise<Result<void>> {
    const windows: WindowFigures[] = [];
    for (let i = 0; i < TRY.ordinary; i++) {
      const window = await this.window(AS_MADE);
      if (!window.ok) return window;
      windows.push(window.value);
    }
    this.ordinary = this.scene.jobs.map(
      (_, job) => windows.reduce((sum, each) => sum + (each.jobs[job] ?? 0), 0) / TRY.ordinary,
    );
    return ok(undefined);
  }

  private async measureAll(settings: readonly Setting[]): Promise<Result<void>> {
    for (const setting of settings) {
      const window = await this.window(setting);
      if (!window.ok) return window;
      const { services, jobs } = window.value;
      const over = services.map(({ p99Us }, i) => p99Us / 1000 / (this.scenario.services[i]?.targetMs ?? 1));
      const works = jobs.flatMap((work, job) => {
        const ordinary = this.ordinary[job] ?? 0;
        return ordinary > 0 ? [work / ordinary] : [];
      });
      const work = works.length === 0 ? 1 : works.reduce((sum, each) => sum + each, 0) / works.length;
      const before = this.results.get(setting) ?? [];
      this.results.set(setting, [...before, { logOver: Math.log(Math.max(1e-6, ...over)), work }]);
    }
    return ok(undefined);
  }

  private async window(setting: Setting): Promise<Result<WindowFigures>> {
    this.knobs.apply(setting);
    await pause(TRY.settleSeconds * 1000, undefined, { signal: this.signal });
    for (;;) {
      await Promise.all(this.scene.services.map((traffic) => traffic.drained()));
      this.quiet.begin();
      const mark = await markWindow(this.scene, TRY.seconds, this.signal);
      if (!this.quiet.again(this.quiet.cores())) return await readWindow(this.scene, mark);
    }
  }

  private ranked(): Tried[] {
    return [...this.results]
      .map(([setting, tries]) => {
        const logOver = mean(tries.map((each) => each.logOver));
        const work = mean(tries.map((each) => each.work));
        return { setting, overTarget: Math.exp(logOver), work, tries: tries.length, score: this.score(logOver, work) };
      })
      .toSorted((a, b) => a.score - b.score);
  }

  /** Lower is better. A tenth of the batch work lacking weighs as much as a p99 three times as high. */
  private score(logOver: number, work: number): number {
    return this.scenario.wanted === "p99"
      ? logOver + 11 * Math.max(0, LEAST_WORK - work)
      : 10 * Math.max(0, logOver) - work;
  }

  /** From the same space as the grid, uniform on the scale of each knob. */
  private draw(random: Random): Setting {
    const log = (low: number, high: number): number => Math.round(low * (high / low) ** random());
    const one = (): GroupSetting => ({
      ...(random() < 0.25 ? { idle: true } : { weight: log(1, 100) }),
      ...(random() < 2 / 3 && { quota: log(25, 200) }),
    });
    const jobs = this.scenario.jobs.map((job) => [job, one()] as const);
    const services = this.scenario.services.map(({ group }) => [group, { weight: log(100, 10_000) }] as const);
    return Object.fromEntries<GroupSetting>(random() < 0.5 ? jobs : [...jobs, ...services]);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
