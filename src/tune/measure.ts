import { failed, ok, type Result } from "../core/errors.ts";
import { environmentOf, filledIn, type Knob, type Setting } from "./knob.ts";
import { readMetric } from "./metric.ts";
import { runShell, type ShellOptions, type ShellResult } from "./shell.ts";
import type { Reading, TuneFile } from "./tune-file.ts";

export interface Measured {
  /** NaN where it failed. */
  readonly value: number;
  readonly broke: boolean;
  /** Why it failed, or which constraint did not hold; else "". */
  readonly says: string;
  readonly constraints: readonly (number | null)[];
  /** The command alone. */
  readonly seconds: number;
}

/** One run with knobs that are set: prepare, command, what is read of it, cleanup. */
export async function measure(
  file: TuneFile,
  knobs: readonly Knob[],
  setting: Setting,
  options: ShellOptions,
): Promise<Measured> {
  const shell = { ...options, env: { ...options.env, ...environmentOf(knobs, setting) } };
  const run = (command: string): Promise<ShellResult> => runShell(filledIn(command, knobs, setting), shell);
  try {
    const prepared = file.prepare === undefined ? undefined : await run(file.prepare);
    if (prepared?.ok === false) return failure(`\`prepare\`: ${prepared.says}`, prepared.seconds);
    const ran = await run(file.command);
    if (!ran.ok) return failure(ran.says, ran.seconds);
    const read = async (reading: Reading): Promise<Result<number>> => {
      if (reading.time) return ok(ran.seconds);
      if (reading.command === undefined) return readMetric(reading, ran.stdout);
      const printed = await run(reading.command);
      return printed.ok ? readMetric(reading, printed.stdout) : failed("SW-TUNE", printed.says);
    };
    return await judge(file, ran.seconds, read);
  } finally {
    if (file.cleanup !== undefined) {
      const { signal: _, ...patient } = shell;
      await runShell(filledIn(file.cleanup, knobs, setting), patient);
    }
  }
}

async function judge(
  { metric, constraints }: TuneFile,
  seconds: number,
  read: (reading: Reading) => Promise<Result<number>>,
): Promise<Measured> {
  const value = await read(metric);
  if (!value.ok) return failure(value.says, seconds);
  const numbers: (number | null)[] = [];
  const broken: string[] = [];
  for (const constraint of constraints) {
    const found = await read(constraint);
    numbers.push(found.ok ? found.value : null);
    const { name, below = Number.POSITIVE_INFINITY, above = Number.NEGATIVE_INFINITY } = constraint;
    if (!found.ok) broken.push(`${name}: ${found.says}`);
    else if (!(found.value < below)) broken.push(`${name} is ${found.value}, not below ${below}`);
    else if (!(found.value > above)) broken.push(`${name} is ${found.value}, not above ${above}`);
  }
  return { value: value.value, broke: broken.length > 0, says: broken.join("; "), constraints: numbers, seconds };
}

function failure(says: string, seconds: number): Measured {
  return { value: Number.NaN, broke: true, says, constraints: [], seconds };
}
