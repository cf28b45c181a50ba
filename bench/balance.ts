import { checkHost } from "../src/lab/host-check.ts";
import { interruption } from "../src/lab/interruption.ts";
import { Progress } from "../src/lab/progress.ts";
import { balanceOptions } from "./balance/options.ts";
import { expectedSeconds, runScenario } from "./balance/run-scenario.ts";
import { SCENARIOS } from "./balance/scenarios.ts";

const options = balanceOptions(
  process.argv.slice(2),
  SCENARIOS.map(({ id }) => id),
);
if (options !== undefined) {
  const host = checkHost();
  if (!host.ok) throw new Error(host.says);
  const chosen = SCENARIOS.filter(({ id }) => options.scenarios.length === 0 || options.scenarios.includes(id));
  const expected = chosen.reduce((sum, scenario) => sum + expectedSeconds(scenario, options), 0);
  const stop = interruption(undefined, 3 * expected + 60);
  const progress = new Progress(process.stdout, options.json, expected);
  for (const scenario of chosen) {
    const done = await runScenario(scenario, host.value, { ...options, signal: stop.signal, step: (says) => progress.step(says) });
    console.log(done.ok ? JSON.stringify({ ...done.value, rounds: undefined }, null, 1) : done.says);
  }
  stop.done();
}
