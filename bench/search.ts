import { parseArgs } from "node:util";
import { QuietHost } from "../src/balance/quiet-host.fixture.ts";
import { NOISES, type Noise, noisyHost, searchFor } from "../src/balance/search-noise.fixture.ts";
import { Countdown } from "../src/lab/countdown.ts";
import { spreadOf } from "../src/lab/spread.ts";

/*
 * `npm run bench:search`: what the search finds, and how soon, on simulated hosts whose best setting is known, by its effect and by the noise of
 * the readings; and what it keeps where there is nothing to be found. `--quiet`: what the whole colony takes on a quiet host. docs/search.md
 * has the tables.
 */

const HOUR_MS = 3_600_000;
/** Of host time that a search is given. */
const WITHIN_HOURS = 2;
const GAINS = [0, 0.05, 0.1, 0.2];
const SHARE = { found: 0.9, false: 0.05 } as const;
/** Of a thousand hours, in stretches, so that each begins with nothing known. */
const QUIET = { hours: 1000, stretchHours: 5, turnMs: 1000 } as const;

const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: { quick: flag, quiet: flag, json: flag, check: flag, seeds: { type: "string" }, hours: { type: "string" } },
});
const seeds = Number(values.seeds ?? (values.quick ? 6 : 60));
const countdown = new Countdown(process.stderr, values.quiet ? "hours" : "hosts");
const held = values.quiet ? quiet(Number(values.hours ?? (values.quick ? 100 : QUIET.hours))) : power();
if (values.check && !held) process.exitCode = 1;

function power(): boolean {
  const noises = (Object.keys(NOISES) as Noise[]).filter((noise) => !values.quick || noise.startsWith("live"));
  const hosts = noises.length * GAINS.length * seeds;
  let done = 0;
  const onHost = (): void => countdown.at(done++, hosts);
  const rows = noises.flatMap((noise) => GAINS.map((gain) => rowOf(noise, gain, onHost)));
  countdown.end();
  if (values.json) process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return rows.every(({ gain, found, wrong }) => wrong <= SHARE.false && (gain < 0.2 || found >= SHARE.found));
}

function rowOf(noise: Noise, gain: number, onHost: () => void) {
  const runs = Array.from({ length: seeds }, (_, seed) => {
    onHost();
    return searchFor(noisyHost(noise, gain, seed), gain, WITHIN_HOURS * HOUR_MS);
  });
  const minutes = runs.map((run) => run.minutes).filter(Number.isFinite);
  const row = {
    noise,
    gain,
    runs: seeds,
    found: minutes.length / seeds,
    medianMinutes: minutes.length === 0 ? Number.NaN : spreadOf(minutes).median,
    wrong: runs.filter(({ wrong }) => wrong).length / seeds,
  };
  countdown.end();
  if (!values.json) print(row);
  return row;
}

function print({ noise, gain, runs, found, medianMinutes, wrong }: ReturnType<typeof rowOf>): void {
  const share = (of: number): string => `${Math.round(of * 100)} %`;
  const what =
    gain === 0 ? "nothing to win" : `+${share(gain)}: found ${share(found)}, median ${medianMinutes.toFixed(1)} min`;
  process.stdout.write(`${noise.padEnd(22)} ${what.padEnd(40)} kept for nothing ${share(wrong)} of ${runs}\n`);
}

function quiet(hours: number): boolean {
  const { stretchHours, turnMs } = QUIET;
  let taken = 0;
  let told = 0;
  for (let seed = 0; seed * stretchHours < hours; seed++) {
    const host = new QuietHost({ seed, turnMs });
    host.run(stretchHours * HOUR_MS);
    taken += host.taken.length;
    const without = new QuietHost({ seed, turnMs, tellsHost: false });
    without.run(HOUR_MS / 60);
    told += Number(without.taken.length > 0);
    countdown.at((seed + 1) * stretchHours, hours);
  }
  countdown.end();
  process.stdout.write(`settings taken in ${hours} quiet hours: ${taken}\n`);
  process.stdout.write(
    `by the tail alone, in the first minute: ${told} of ${Math.ceil(hours / stretchHours)} starts\n`,
  );
  return taken === 0;
}
