import { setTimeout as pause } from "node:timers/promises";
import { failed, ok, type Result } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { monotonicUs } from "../../src/lab/monotonic.ts";
import { type LayerFigures, type RoundFigures, secondsP99, type WindowFigures } from "./figures.ts";
import type { LayerArm } from "./layer-arm.ts";
import type { Others } from "./others.ts";
import { QUIET_CORES, QuietGuard } from "./quiet.ts";
import { SETTLE_SECONDS } from "./plan.ts";
import type { ScenarioResult } from "./result.ts";
import type { ArmName, Scenario, Scene } from "./scenario.ts";
import { SettingSearch, type Tried } from "./search.ts";
import { AS_MADE, type Knobs, type Setting } from "./setting.ts";
import { TARGET, targetOf, targetWords } from "./targets.ts";
import { applyTuned, readTunedProfile, type TunedProfile } from "./tuned.ts";
import { turnOrder } from "./turns.ts";
import { enterPhase, type Mark, markWindow, readWindow } from "./window.ts";

export interface RunOptions {
  readonly rounds: number;
  readonly signal: AbortSignal;
  /** Says what goes on. */
  step(says: string): void;
}

/** Every so many rounds the layer is killed instead of asked to end: the knobs have to be as before all the same. */
const KILL_EVERY = 3;
/** Rounds that are measured again, and tries of the search, at most: for each round, and for each setting. */
const REPEATS = { perRound: 2, perSetting: 1 } as const;
const SEED = 20_261_123;

type Searches = Pick<ScenarioResult, "tried" | "drawn">;

/** The arms of one scenario, prepared and measured in turns. */
export class ScenarioRun {
  private scenario: Scenario;
  private readonly scene: Scene;
  private readonly knobs: Knobs;
  private readonly arm: LayerArm;
  private readonly quiet: QuietGuard;
  private readonly searchQuiet: QuietGuard;
  private readonly options: RunOptions;
  private readonly settings: Partial<Record<ArmName, readonly Setting[]>> = {};
  private readonly notes: string[] = [];
  private tuned: TunedProfile | undefined;

  constructor(scenario: Scenario, scene: Scene, knobs: Knobs, arm: LayerArm, others: Others, options: RunOptions) {
    this.scenario = scenario;
    this.scene = scene;
    this.knobs = knobs;
    this.arm = arm;
    this.quiet = new QuietGuard(others, options.rounds * REPEATS.perRound);
    this.searchQuiet = new QuietGuard(others, scenario.grid.length * REPEATS.perSetting);
    this.options = options;
  }

  async all(): Promise<Result<Omit<ScenarioResult, "says" | "config" | "bars" | "seconds">>> {
    const aimed = await this.aim();
    if (!aimed.ok) return aimed;
    const { scenario, options } = this;
    const { phases } = scenario;
    const searches = await this.prepare(scenario.arms, phases);
    if (!searches.ok) return searches;
    const arms = this.available(scenario.arms);
    const rounds: RoundFigures[] = [];
    for (let round = 0; round < options.rounds; round++)
      for (const arm of turnOrder(arms, round)) {
        const measured = await this.quietRound(arm, round, phases);
        if (!measured.ok) return measured;
        rounds.push(measured.value);
        options.step(`${scenario.id} round ${round + 1} of ${options.rounds}, ${roundWords(measured.value)}`);
      }
    // Whether the first ones were disturbed shows only beside later ones.
    for (const [at, { arm, round, othersCores = 0 }] of rounds.entries()) {
      if (!this.quiet.again(othersCores)) continue;
      const again = await this.quietRound(arm, round, phases);
      if (!again.ok) return again;
      rounds[at] = again.value;
    }
    const { id, title, services, jobs } = scenario;
    const { settings, notes } = this;
    const because = `because others of the host took more than ${QUIET_CORES} cores`;
    if (this.quiet.repeated > 0) notes.push(`${this.quiet.repeated} rounds were measured again, ${because}`);
    if (this.searchQuiet.repeated > 0)
      notes.push(`${this.searchQuiet.repeated} tries of the search were made again, ${because}`);
    return ok({ id, title, phases, targets: services, jobs, arms, settings, ...searches.value, rounds, notes });
  }

  /** Where targets decide, they are those that the services can meet alone on this host. */
  private async aim(): Promise<Result<void>> {
    const { scenario, scene, options } = this;
    if (scenario.wanted !== "targets") return ok(undefined);
    options.step(`${scenario.id}: what the services need alone`);
    const alone = await enterPhase(scene, { says: "alone", seconds: TARGET.aloneSeconds, jobs: false, load: 1 });
    if (!alone.ok) return alone;
    await pause(SETTLE_SECONDS * 1000, undefined, { signal: options.signal });
    await Promise.all(scene.services.map((traffic) => traffic.drained()));
    const window = await readWindow(scene, await markWindow(scene, TARGET.aloneSeconds, options.signal));
    if (!window.ok) return window;
    const services = scenario.services.map(({ group, targetMs }, i) => ({
      group,
      targetMs: targetOf(window.value.services[i]?.secondsP99Us ?? [], targetMs),
    }));
    this.scenario = { ...scenario, services };
    this.notes.push(targetWords(services, window.value));
    return ok(undefined);
  }

  /** What the static arms set in each phase. Where no job runs there is nothing to search for. */
  private async prepare(arms: readonly ArmName[], phases: Scenario["phases"]): Promise<Result<Searches>> {
    const { scenario, scene, knobs, options, settings } = this;
    const search = new SettingSearch(scenario, scene, knobs, this.searchQuiet, options.signal);
    const random = seededRandom(SEED);
    const tried: Tried[][] = [];
    const drawn: Tried[][] = [];
    for (const [at, phase] of phases.entries()) {
      tried[at] = [];
      drawn[at] = [];
      if (!phase.jobs || !(arms.includes("oracle") || arms.includes("random"))) continue;
      options.step(`${scenario.id}: search among ${scenario.grid.length} settings (${phase.says})`);
      const entered = await search.enter(phase);
      if (!entered.ok) return entered;
      const best = arms.includes("oracle") ? await search.exhaustive(scenario.grid) : ok([]);
      if (!best.ok) return best;
      tried[at] = best.value;
      const luckiest = arms.includes("random") ? await search.random(random) : ok([]);
      if (!luckiest.ok) return luckiest;
      drawn[at] = luckiest.value;
    }
    settings.oracle = tried.map(([best]) => best?.setting ?? AS_MADE);
    settings.random = drawn.map(([best]) => best?.setting ?? AS_MADE);
    settings.careful = phases.map(() => scenario.careful);
    knobs.apply(AS_MADE);
    return ok({ tried, drawn });
  }

  private available(arms: readonly ArmName[]): readonly ArmName[] {
    if (!arms.includes("tuned")) return arms;
    const profile = readTunedProfile();
    this.notes.push(profile.ok ? profile.value.says : `no tuned profile: ${profile.says}`);
    if (profile.ok) this.tuned = profile.value;
    return profile.ok ? arms : arms.filter((arm) => arm !== "tuned");
  }

  /** Again where others of the host took part: whether a round counts depends on them alone, never on what it shows. */
  private async quietRound(arm: ArmName, round: number, phases: Scenario["phases"]): Promise<Result<RoundFigures>> {
    for (;;) {
      const measured = await this.round(arm, round, phases);
      if (!measured.ok || measured.value.othersCores === undefined) return measured;
      const { othersCores } = measured.value;
      if (!this.quiet.again(othersCores)) return measured;
      this.options.step(`${this.scenario.id} round ${round + 1} again: others took ${othersCores.toFixed(2)} cores`);
    }
  }

  private async round(arm: ArmName, round: number, phases: Scenario["phases"]): Promise<Result<RoundFigures>> {
    const first = phases[0];
    if (first === undefined) return failed("SW-LAB", "a scenario without a phase");
    const entered = await enterPhase(this.scene, first);
    if (!entered.ok) return entered;
    const undo = arm === "tuned" && this.tuned !== undefined ? applyTuned(this.tuned) : undefined;
    try {
      const ready =
        arm === "layer" ? await this.startLayer() : ok(this.knobs.apply(this.settings[arm]?.[0] ?? AS_MADE));
      if (!ready.ok) return ready;
      await pause(SETTLE_SECONDS * 1000, undefined, { signal: this.options.signal });
      await Promise.all(this.scene.services.map((traffic) => traffic.drained()));
      if (arm === "layer") this.arm.measureFrom();
      this.quiet.begin();
      const marks = await this.marks(arm, phases);
      const othersCores = this.quiet.cores();
      if (!marks.ok) return marks;
      const windows = await this.figures(marks.value);
      if (!windows.ok) return windows;
      const figures = { arm, round, phases: windows.value, ...(othersCores !== undefined && { othersCores }) };
      if (arm !== "layer") return ok(figures);
      const layer = await this.endLayer(round % KILL_EVERY === KILL_EVERY - 1 ? "killed" : "asked");
      return layer.ok ? ok({ ...figures, layer: layer.value }) : layer;
    } finally {
      undo?.();
      if (arm !== "layer") this.knobs.apply(AS_MADE);
    }
  }

  private async startLayer(): Promise<Result<void>> {
    const started = await this.arm.start();
    if (!started.ok) return started;
    const { leastSeconds, changeWithin = leastSeconds } = this.scenario.warmUp;
    await pause(leastSeconds * 1000, undefined, { signal: this.options.signal });
    await this.arm.change(changeWithin - leastSeconds, this.options.signal);
    return ok(undefined);
  }

  private async endLayer(end: LayerFigures["end"]): Promise<Result<LayerFigures>> {
    const cores = this.arm.cores();
    const [from, to] = [this.arm.readyUs, monotonicUs()];
    const samples = await this.scene.services[0]?.between(from, to);
    const said = await this.arm.says();
    const ended = await this.arm.stop(end);
    if (!ended.ok) return ended;
    return ok({ ...ended.value, ...said, cores, secondsP99Us: samples?.ok ? secondsP99(samples.value, from, to) : [] });
  }

  private async marks(arm: ArmName, phases: Scenario["phases"]): Promise<Result<Mark[]>> {
    const marks: Mark[] = [];
    for (const [index, phase] of phases.entries()) {
      if (index > 0) {
        const entered = await enterPhase(this.scene, phase);
        if (!entered.ok) return entered;
        if (arm !== "layer") this.knobs.apply(this.settings[arm]?.[index] ?? AS_MADE);
      }
      marks.push(await markWindow(this.scene, phase.seconds, this.options.signal));
    }
    return ok(marks);
  }

  private async figures(marks: readonly Mark[]): Promise<Result<WindowFigures[]>> {
    const figures: WindowFigures[] = [];
    for (const mark of marks) {
      const window = await readWindow(this.scene, mark);
      if (!window.ok) return window;
      figures.push(window.value);
    }
    return ok(figures);
  }
}

function roundWords({ arm, phases, layer, othersCores }: RoundFigures): string {
  const p99 = phases.map(({ services }) => services.map(({ p99Us }) => (p99Us / 1000).toFixed(2)).join("/")).join(", ");
  const work = phases.map(({ jobs }) => jobs.map((job) => job.toFixed(0)).join("/")).join(", ");
  const reach = layer === undefined ? "" : `, first change after ${Math.round(layer.changeMs)} ms`;
  const others = othersCores === undefined ? "" : `, others ${othersCores.toFixed(2)} cores`;
  return `${arm}: p99 ${p99} ms, work ${work}/s${reach}${others}`;
}
