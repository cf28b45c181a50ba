import { parseArgs } from "node:util";
import { Countdown } from "../src/lab/countdown.ts";
import { runFaults } from "../src/guard/fault-runs/campaign.fixture.ts";

/** `npm run faults -- [--runs N] [--seed N]`: exit 1 where a run broke a promise. A run is had again by its own seed and `--runs 1`. */
function main(): number {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "1000" },
      seed: { type: "string", default: String(Date.now() >>> 0) },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
    process.stderr.write("usage: npm run faults -- [--runs N] [--seed N]\n");
    return 64;
  }
  const begin = performance.now();
  const countdown = new Countdown(process.stderr, "runs");
  const campaign = runFaults({ runs, seed, onRun: (done) => countdown.at(done, runs) });
  countdown.end();
  for (const failure of campaign.failures) process.stdout.write(`${failure}\n\n`);
  for (const [what, count] of [...campaign.counts].sort()) process.stdout.write(`${what}: ${count}\n`);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const { steps, failures } = campaign;
  process.stdout.write(
    `${campaign.runs} runs of ${steps} steps in ${seconds} s, ${failures.length} violations, seeds ${seed} to ${seed + campaign.runs - 1}\n`,
  );
  return failures.length > 0 ? 1 : 0;
}

process.exitCode = main();
