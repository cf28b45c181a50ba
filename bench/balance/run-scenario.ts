import { setTimeout as pause } from "node:timers/promises";
import { failed, ok, type Result } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import type { LabHost } from "../../src/lab/host-check.ts";
import { realLayer } from "../../src/lab/layer.ts";
import { monotonicUs } from "../../src/lab/monotonic.ts";
import { openWorkplace } from "../../src/lab/workplace.ts";
import { type LayerFigures, type RoundFigures, secondsP99, type WindowFigures } from "./figures.ts";
import { barsOf } from "./judge.ts";
import { LayerArm } from "./layer-arm.ts";
import type { ScenarioResult } from "./result.ts";
import type { ArmName, Scenario, Scene, Stage } from "./scenario.ts";
import { SettingSearch, type Tried } from "./search.ts";
import { AS_MADE, changed, Knobs, type Setting } from "./setting.ts";
import { applyTuned, readTunedProfile, type TunedProfile } from "./tuned.ts";
import { turnOrder } from "./turns.ts";
import { enterPhase, markWindow, readWindow } from "./window.ts";

export interface RunOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Says what goes on. */
  step(says: string): void;
}

const SETTLE_SECONDS = 1;
const SEED = 20_261_123;
/** Start and end of the layer, with what it takes to change something. */
const LAYER_SECONDS = 6;

export function expectedSeconds(scenario: Scenario, { rounds, quick }: Pick<RunOptions, "rounds" | "quick">): number {
  const [arms, grid, phases] = [armsOf(scenario, quick), gridOf(scenario, quick), phasesOf(scenario, quick)];
  const round = phases.reduce((sum, { seconds }) => sum + seconds, 0) + SETTLE_SECONDS + 0.5;
  const tries = arms.includes("oracle")
    ? phases.filter(({ jobs }) => jobs).length * SettingSearch.tries(grid.length)
    : 0;
  const layer = arms.includes("layer") ? rounds * LAYER_SECONDS : 0;
  return 10 + SettingSearch.seconds(tries + (arms.includes("random") ? 6 : 0)) + rounds * arms.length * round + layer;
}

/** One scenario from its set-up to its bars; nothing of it is left. */
export async function runScenario(
  scenario: Scenario,
  host: LabHost,
  options: RunOptions,
): Promise<Result<ScenarioResult>> {
  const began = performance.now();
  const names = [...scenario.services.map(({ group }) => group), ...scenario.jobs];
  const workplace = await openWorkplace(host.layout, names, scenario.controllers);
  if (!workplace.ok) return workplace;
  const { groups, crew, stateDir } = workplace.value;
  const onAbort = (): void => void crew.endAll();
  options.signal.addEventListener("abort", onAbort);
  try {
    const knobs = new Knobs(host.layout, groups, names);
    const stage: Stage = { host, workplace: workplace.value, seed: SEED, signal: options.signal };
    options.step(`${scenario.id}: ${scenario.title}`);
    const scene = await scenario.start(stage);
    if (!scene.ok) return scene;
    const before = knobs.read();
    const config = configOf(scenario, groups);
    const arm = new LayerArm(realLayer(crew, stateDir, config), statePaths(stateDir).note, knobs);
    const run = new ScenarioRun(scenario, scene.value, knobs, arm, options);
    const done = await run.all();
    if (!done.ok) return done;
    const left = changed(before, knobs.read());
    for (const traffic of scene.value.services) await traffic.stop();
    const result = { ...done.value, says: scene.value.says, config, seconds: (performance.now() - began) / 1000 };
    return ok({ ...result, bars: [...barsOf(result), ...knobBar(left, result.rounds)] });
  } finally {
    options.signal.removeEventListener("abort", onAbort);
    const left = await workplace.value.close();
    if (left.length > 0) process.stderr.write(`left behind: ${left.join(", ")}\n`);
  }
}

function configOf(scenario: Scenario, groups: { readonly root: string; path(part: string): string }): string {
  return ["mode: enforce", `scope: ["${groups.root}"]`, ...scenario.layerConfig((name) => groups.path(name)), ""].join(
    "\n",
  );
}

function knobBar(left: readonly string[], rounds: readonly RoundFigures[]): ScenarioResult["bars"] {
  const ends = rounds.flatMap(({ layer }) => layer ?? []);
  if (ends.length === 0) return [];
  const all = [...ends.flatMap((end) => end.left), ...left];
  const says = all.length === 0 ? `as before, ${ends.length} times` : all.slice(0, 3).join("; ");
  return [{ says: `every knob after the layer's end: ${says}`, held: all.length === 0 }];
}

function armsOf({ arms }: Scenario, quick: boolean): readonly ArmName[] {
  return quick ? arms.filter((arm) => arm !== "tuned" && arm !== "random" && arm !== "careful") : arms;
}

function gridOf({ grid }: Scenario, quick: boolean): readonly Setting[] {
  return quick ? grid.filter((setting) => Object.values(setting).some(({ idle }) => idle === true)).slice(0, 1) : grid;
}

function phasesOf({ phases }: Scenario, quick: boolean): Scenario["phases"] {
  return quick ? phases.map((phase) => ({ ...phase, seconds: Math.min(phase.seconds, 4) })) : phases;
}

class ScenarioRun {
  private readonly scenario: Scenario;
  private readonly scene: Scene;
  private readonly knobs: Knobs;
  private readonly arm: LayerArm;
  private readonly options: RunOptions;
  private readonly settings: Partial<Record<ArmName, readonly Setting[]>> = {};
  private readonly notes: string[] = [];
  private tuned: TunedProfile | undefined;

  constructor(scenario: Scenario, scene: Scene, knobs: Knobs, arm: LayerArm, options: RunOptions) {
    this.scenario = scenario;
    this.scene = scene;
    this.knobs = knobs;
    this.arm = arm;
    this.options = options;
  }

  async all(): Promise<Result<Omit<ScenarioResult, "says" | "config" | "bars" | "seconds">>> {
    const { scenario, options } = this;
    const phases = phasesOf(scenario, options.quick);
    let arms = armsOf(scenario, options.quick);
    const tried = await this.prepare(arms, phases);
    if (!tried.ok) return tried;
    arms = this.available(arms);
    const rounds: RoundFigures[] = [];
    for (let round = 0; round < options.rounds; round++)
      for (const arm of turnOrder(arms, round)) {
        const measured = await this.round(arm, round, phases);
        if (!measured.ok) return measured;
        rounds.push(measured.value);
        options.step(`${scenario.id} round ${round + 1} of ${options.rounds}, ${roundWords(measured.value)}`);
      }
    const { id, title, services, jobs } = scenario;
    const { settings, notes } = this;
    return ok({ id, title, phases, targets: services, jobs, arms, settings, tried: tried.value, rounds, notes });
  }

  private async prepare(arms: readonly ArmName[], phases: Scenario["phases"]): Promise<Result<Tried[][]>> {
    const { scenario, scene, knobs, options } = this;
    const search = new SettingSearch(scenario, scene, knobs, options.signal);
    const tried: Tried[][] = [];
    if (arms.includes("oracle"))
      for (const phase of phases) {
        if (!phase.jobs) {
          tried.push([]);
          continue;
        }
        options.step(
          `${scenario.id}: exhaustive search of ${gridOf(scenario, options.quick).length} settings (${phase.says})`,
        );
        const found = await search.exhaustive(phase, gridOf(scenario, options.quick));
        if (!found.ok) return found;
        tried.push(found.value);
      }
    this.settings.oracle = tried.map(([best]) => best?.setting ?? AS_MADE);
    this.settings.careful = phases.map(() => scenario.careful);
    if (arms.includes("random")) {
      options.step(`${scenario.id}: random search`);
      const found = await search.random(seededRandom(SEED));
      if (!found.ok) return found;
      this.settings.random = phases.map(() => found.value[0]?.setting ?? AS_MADE);
    }
    knobs.apply(AS_MADE);
    return ok(tried);
  }

  private available(arms: readonly ArmName[]): readonly ArmName[] {
    if (!arms.includes("tuned")) return arms;
    const profile = readTunedProfile();
    this.notes.push(profile.ok ? profile.value.says : `no tuned profile: ${profile.says}`);
    if (profile.ok) this.tuned = profile.value;
    return profile.ok ? arms : arms.filter((arm) => arm !== "tuned");
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
      if (arm === "layer") this.arm.measureFrom();
      const windows = await this.windows(arm, phases);
      if (!windows.ok) return windows;
      if (arm !== "layer") return ok({ arm, round, phases: windows.value });
      const layer = await this.endLayer();
      return layer.ok ? ok({ arm, round, phases: windows.value, layer: layer.value }) : layer;
    } finally {
      undo?.();
      if (arm !== "layer") this.knobs.apply(AS_MADE);
    }
  }

  private async startLayer(): Promise<Result<void>> {
    const started = await this.arm.start();
    if (!started.ok) return started;
    const { awaits, seconds } = this.scenario.beforeMeasured;
    if (awaits === "change") await this.arm.change(seconds, this.options.signal);
    else await pause(seconds * 1000, undefined, { signal: this.options.signal });
    return ok(undefined);
  }

  private async endLayer(): Promise<Result<LayerFigures>> {
    const cores = this.arm.cores();
    const [from, to] = [this.arm.readyUs, monotonicUs()];
    const samples = await this.scene.services[0]?.between(from, to);
    const ended = await this.arm.stop();
    if (!ended.ok) return ended;
    return ok({ ...ended.value, cores, secondsP99Us: samples?.ok ? secondsP99(samples.value, from, to) : [] });
  }

  private async windows(arm: ArmName, phases: Scenario["phases"]): Promise<Result<WindowFigures[]>> {
    const marks = [];
    for (const [index, phase] of phases.entries()) {
      if (index > 0) {
        const entered = await enterPhase(this.scene, phase);
        if (!entered.ok) return entered;
        if (arm !== "layer") this.knobs.apply(this.settings[arm]?.[index] ?? AS_MADE);
      }
      marks.push(await markWindow(this.scene, phase.seconds, this.options.signal));
    }
    const figures: WindowFigures[] = [];
    for (const mark of marks) {
      const window = await readWindow(this.scene, mark);
      if (!window.ok) return window;
      figures.push(window.value);
    }
    return ok(figures);
  }
}

function roundWords({ arm, phases, layer }: RoundFigures): string {
  const p99 = phases.map(({ services }) => services.map(({ p99Us }) => (p99Us / 1000).toFixed(2)).join("/")).join(", ");
  const work = phases.map(({ jobs }) => jobs.map((job) => job.toFixed(0)).join("/")).join(", ");
  const reach = layer === undefined ? "" : `, first change after ${Math.round(layer.changeMs)} ms`;
  return `${arm}: p99 ${p99} ms, work ${work}/s${reach}`;
}
