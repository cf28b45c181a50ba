import { parseArgs } from "node:util";
import { Countdown } from "../src/lab/countdown.ts";
import { HANG_MS, runCampaign } from "./campaign.ts";
import { TARGETS } from "./targets.ts";

/** `npm run fuzz -- [TARGET ...] [--runs N] [--seed N]`: exit 1 where anything crashed or hung. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "10000" },
      seed: { type: "string", default: String(Date.now() >>> 0) },
    },
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed);
  const unknown = positionals.filter((name) => !Object.hasOwn(TARGETS, name));
  if (unknown.length > 0 || !Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
    process.stderr.write(`usage: npm run fuzz -- [${Object.keys(TARGETS).join("|")}] [--runs N] [--seed N]\n`);
    return 64;
  }
  const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
  const countdown = new Countdown(process.stderr, "inputs");
  let failed = false;
  for (const [at, name] of names.entries()) {
    const onInputs = (inputs: number): void => countdown.at(at * runs + inputs, names.length * runs, name);
    onInputs(0);
    failed = (await fuzz(name, runs, seed, onInputs, () => countdown.end())) || failed;
  }
  return failed ? 1 : 0;
}

/** `clear`: leaves the terminal's line to what is printed. */
async function fuzz(
  name: string,
  runs: number,
  seed: number,
  onInputs: (inputs: number) => void,
  clear: () => void,
): Promise<boolean> {
  const { inputs, crashes, slowestMs, seconds, resident } = await runCampaign(
    TARGETS[name]!(),
    runs,
    seed,
    (at, error, input) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const bytes = Buffer.from(input).toString("base64");
      clear();
      process.stdout.write(`${name}: crash at input ${at} of seed ${seed}: ${text}\n${bytes}\n`);
    },
    onInputs,
  );
  clear();
  const [begin, most, end] = [resident.begin, resident.most, resident.end].map((bytes) => Math.round(bytes / 2 ** 20));
  const memory = `${begin} MB resident at the beginning, ${end} at the end, ${most} at most`;
  const figures = `slowest ${slowestMs.toFixed(1)} ms, ${memory}, seed ${seed}`;
  process.stdout.write(`${name}: ${inputs} inputs in ${seconds.toFixed(1)} s, ${crashes} crashes, ${figures}\n`);
  return crashes > 0 || slowestMs > HANG_MS;
}

process.exitCode = await main();
