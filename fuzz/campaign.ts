import { seededRandom } from "../src/core/random.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

/** One input that takes longer counts as a hang: time of the CPU, as a campaign of idle priority may wait long for it. */
export const HANG_MS = 2000;
const MAX_CRASHES = 10;
const RSS_EVERY = 1024;

export interface Campaign {
  readonly inputs: number;
  readonly crashes: number;
  readonly slowestMs: number;
  readonly seconds: number;
  /** Bytes of the process in memory: after the first thousand inputs, at most, and at the end. */
  readonly resident: { readonly begin: number; readonly most: number; readonly end: number };
}

/** Gives a target `runs` mutated inputs; `onCrash` gets what it threw, and the input, `onInputs` about every thousand how many there were. */
export async function runCampaign(
  target: Target,
  runs: number,
  seed: number,
  onCrash: (at: number, error: unknown, input: Uint8Array) => void,
  onInputs: (inputs: number) => void = () => undefined,
): Promise<Campaign> {
  const random = seededRandom(seed);
  let [inputs, crashes, slowestMs, most, first] = [0, 0, 0, 0, 0];
  const begin = performance.now();
  try {
    for (; inputs < runs && crashes < MAX_CRASHES; inputs++) {
      const mutated = mutate(target.seeds, random);
      const input = target.mend?.(mutated, random) ?? mutated;
      const before = process.cpuUsage();
      try {
        const answered = target.run(input);
        if (answered !== undefined) await answered;
      } catch (error) {
        crashes++;
        onCrash(inputs, error, input);
      }
      const { user, system } = process.cpuUsage(before);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
      if ((inputs + 1) % RSS_EVERY > 0) continue;
      onInputs(inputs + 1);
      most = Math.max(most, process.memoryUsage.rss());
      first ||= most;
    }
  } finally {
    target.close?.();
  }
  const end = process.memoryUsage.rss();
  const seconds = (performance.now() - begin) / 1000;
  const resident = { begin: first || end, most: Math.max(most, end), end };
  return { inputs, crashes, slowestMs, seconds, resident };
}
