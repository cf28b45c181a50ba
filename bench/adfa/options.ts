import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BenchOptions } from "../harness.ts";

export interface AdfaOptions extends BenchOptions {
  /** Folder with the three files of traces. */
  readonly data: string;
}

const DATA = join(
  process.env["SWARMS_DATA"] ?? join(import.meta.dirname, "..", "..", "..", "shared", "data"),
  "adfa-ld",
);
const USAGE = "usage: bench adfa [--data=DIR] [--quick] [--json] [--check]";
/** sysexits(3). */
const EX_USAGE = 64;

/** Undefined, with a word on stderr and the exit code set, where the arguments are not understood. */
export function adfaOptions(args: readonly string[]): AdfaOptions | undefined {
  const flag = { type: "boolean", default: false } as const;
  const data = { type: "string", default: DATA } as const;
  try {
    return parseArgs({ args: [...args], options: { quick: flag, json: flag, check: flag, data } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = EX_USAGE;
    return undefined;
  }
}
