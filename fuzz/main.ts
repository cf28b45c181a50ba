import { parseArgs } from "node:util";
import { seededRandom } from "../src/core/random.ts";
import { configTarget, wireTarget } from "./boundaries.ts";
import { journalTarget } from "./journal.ts";
import { mutate } from "./mutate.ts";
import { recordingTarget } from "./recording.ts";
import type { Target } from "./target.ts";

const TARGETS: Readonly<Record<string, () => Target>> = {
  journal: journalTarget,
  wire: wireTarget,
  config: configTarget,
  recording: recordingTarget,
};
/** One input that takes longer counts as a hang. */
const HANG_MS = 2000;
const MAX_CRASHES = 10;

/** `npm run fuzz -- [TARGET ...] [--runs N] [--seed N]`: exit 1 where anything crashed or hung. */
function main(): number {
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
  return names.map((name) => fuzz(name, runs, seed)).some((failed) => failed) ? 1 : 0;
}

function fuzz(name: string, runs: number, seed: number): boolean {
  const target = TARGETS[name]!();
  const random = seededRandom(seed);
  let [crashes, slowestMs, most, done] = [0, 0, 0, 0];
  const begin = performance.now();
  try {
    for (; done < runs && crashes < MAX_CRASHES; done++) {
      const mutated = mutate(target.seeds, random);
      const input = target.mend?.(mutated, random) ?? mutated;
      const before = performance.now();
      try {
        target.run(input);
      } catch (error) {
        crashes++;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.stdout.write(
          `${name}: crash at input ${done} of seed ${seed}: ${text}\n${Buffer.from(input).toString("base64")}\n`,
        );
      }
      slowestMs = Math.max(slowestMs, performance.now() - before);
      if (done % 256 === 0) most = Math.max(most, process.memoryUsage.rss());
    }
  } finally {
    target.close?.();
  }
  const seconds = (performance.now() - begin) / 1000;
  const figures = `slowest ${slowestMs.toFixed(1)} ms, at most ${Math.round(most / 2 ** 20)} MB resident`;
  process.stdout.write(
    `${name}: ${done} inputs in ${seconds.toFixed(1)} s, ${crashes} crashes, ${figures}, seed ${seed}\n`,
  );
  return crashes > 0 || slowestMs > HANG_MS;
}

process.exitCode = main();
