import { ok, type Result } from "../../src/core/errors.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import type { LabHost } from "../../src/lab/host-check.ts";
import { realLayer } from "../../src/lab/layer.ts";
import { openWorkplace } from "../../src/lab/workplace.ts";
import type { RoundFigures } from "./figures.ts";
import { barsOf, ownCost } from "./judge.ts";
import { LayerArm } from "./layer-arm.ts";
import { Others } from "./others.ts";
import type { ScenarioResult } from "./result.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { type RunOptions, ScenarioRun } from "./scenario-run.ts";
import { changed, Knobs } from "./setting.ts";

const SEED = 20_261_123;

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
    const run = new ScenarioRun(scenario, scene.value, knobs, arm, new Others(host, groups, names), options);
    const done = await run.all();
    if (!done.ok) return done;
    const left = changed(before, knobs.read());
    for (const traffic of scene.value.services) await traffic.stop();
    const result = { ...done.value, says: scene.value.says, config, seconds: (performance.now() - began) / 1000 };
    return ok({ ...result, bars: [...barsOf(result), ...ownCost(result), ...knobBar(left, result.rounds)] });
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
  const killed = ends.filter(({ end }) => end === "killed").length;
  const says = all.length === 0 ? "as before" : all.slice(0, 3).join("; ");
  return [
    {
      says: `every knob after the layer's end (${ends.length - killed} times asked to, ${killed} times killed): ${says}`,
      held: all.length === 0,
    },
  ];
}
