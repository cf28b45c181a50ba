import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { checkHost, type LabHost } from "../src/lab/host-check.ts";
import { type Interruption, interruption } from "../src/lab/interruption.ts";
import { Progress } from "../src/lab/progress.ts";
import { type BalanceOptions, balanceOptions } from "./balance/options.ts";
import { provide } from "./balance/packages.ts";
import { htmlReport } from "./balance/report/html.ts";
import { textReport } from "./balance/report/text.ts";
import type { BalanceResult, ScenarioResult } from "./balance/result.ts";
import { expectedSeconds, quickened } from "./balance/plan.ts";
import { runScenario } from "./balance/run-scenario.ts";
import { SCENARIOS } from "./balance/scenarios.ts";
import { undoTuned } from "./balance/tuned.ts";

/*
 * `npm run bench:balance`: what services' clients see and what batch jobs get done, on live workloads, with the kernel's default,
 * with the best that a static setting can do, and with the layer. docs/balance.md has the method and the results.
 */

/** sysexits(3), and what shells report of a process that SIGINT ended. */
const EXIT = { missed: 1, unavailable: 69, interrupted: 130 } as const;
const OVERDUE = 3;
const REPORT = join(import.meta.dirname, "..", ".cache", "bench", "balance.html");

const options = balanceOptions(
  process.argv.slice(2),
  SCENARIOS.map(({ id }) => id),
);
if (options !== undefined) {
  undoTuned();
  const host = checkHost();
  if (host.ok) await run(options, host.value);
  else skipAll(host.says);
}

function skipAll(why: string): void {
  process.stderr.write(`nothing measured: ${why}\n`);
  process.exitCode = EXIT.unavailable;
}

async function run(asked: BalanceOptions, host: LabHost): Promise<void> {
  const named =
    asked.scenarios.length === 0
      ? SCENARIOS
      : asked.scenarios.flatMap((wanted) => SCENARIOS.filter(({ id }) => id === wanted));
  const chosen = asked.quick ? named.map(quickened) : named;
  const total = chosen.reduce((sum, scenario) => sum + expectedSeconds(scenario, asked.rounds), 0);
  const stop = interruption(undefined, OVERDUE * total + 60);
  const progress = new Progress(process.stdout, asked.json, total);
  const [atMs, began] = [Date.now(), performance.now()];
  const scenarios: ScenarioResult[] = [];
  const skipped: string[] = [];
  const command = ["npm run bench:balance", ...(process.argv.length > 2 ? ["--"] : []), ...process.argv.slice(2)].join(
    " ",
  );
  const sofar = (): BalanceResult => {
    const inOrder = scenarios.toSorted((a, b) => a.id.localeCompare(b.id));
    return {
      atMs,
      command,
      host: host.facts,
      scenarios: inOrder,
      skipped,
      seconds: (performance.now() - began) / 1000,
    };
  };
  const path = resolve(asked.report ?? REPORT);
  try {
    for (const scenario of chosen) {
      const there = provide(scenario.needs, (says) => progress.step(says));
      const done = there.ok ? await attempt(scenario, host, asked, stop, progress) : there;
      if (stop.signal.aborted) break;
      if (done.ok) scenarios.push(done.value);
      else skipped.push(`${scenario.id}: ${done.says}`);
      // After each: what was measured is not lost with what comes.
      writeReport(path, sofar());
    }
  } finally {
    progress.end();
    undoTuned();
    stop.done();
  }
  if (stop.signal.aborted) {
    process.stderr.write(`${stop.why}; everything the bench made was removed\n`);
    process.exitCode = EXIT.interrupted;
  }
  deliver(sofar(), path, asked);
}

/** The page with the plots, and beside it everything that was measured. */
function writeReport(path: string, result: BalanceResult): void {
  if (result.scenarios.length === 0) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, htmlReport(result));
  writeFileSync(`${path.replace(/\.html$/, "")}.json`, JSON.stringify(result));
}

async function attempt(
  scenario: (typeof SCENARIOS)[number],
  host: LabHost,
  { rounds }: BalanceOptions,
  stop: Interruption,
  progress: Progress,
): ReturnType<typeof runScenario> {
  const step = (says: string): void => progress.step(says);
  try {
    return await runScenario(scenario, host, { rounds, signal: stop.signal, step });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return { ok: false, code: "SW-LAB", says: stop.why };
  }
}

function deliver(result: BalanceResult, path: string, { json, check }: BalanceOptions): void {
  const where = result.scenarios.length > 0 ? `\nwith plots: ${path}\n` : "";
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${textReport(result)}${where}`);
  if (process.exitCode !== undefined) return;
  const missed = result.scenarios.some(({ bars }) => bars.some(({ held }) => held === false));
  if (check && missed) process.exitCode = EXIT.missed;
  else if (result.scenarios.length === 0) process.exitCode = EXIT.unavailable;
}
