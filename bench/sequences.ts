import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchOptions, conclude } from "./harness.ts";
import { Children } from "./senses/children.ts";
import type { Bench, Part } from "./senses/part.ts";
import { Programs } from "./senses/programs.ts";
import { missingTools } from "./senses/tools.ts";
import { buildCost } from "./sequences/build-cost.ts";
import { entryCost } from "./sequences/entry-cost.ts";

/*
 * What checking the order of system calls costs those who make them: beside nothing at all, and beside a program at the same place
 * that does nothing, in the same run, in turn. `--part=NAME` runs one alone.
 */

const PARTS: readonly Part[] = [entryCost, buildCost];

const PART = "--part=";
const named = process.argv.slice(2).flatMap((each) => (each.startsWith(PART) ? [each.slice(PART.length)] : []));
const options = benchOptions(process.argv.slice(2).filter((each) => !each.startsWith(PART)));
const unknown = named.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no part is called ${unknown.join(", ")}; there are ${PARTS.map(({ name }) => name).join(", ")}\n`,
  );
  process.exitCode = 64;
} else if (options !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), "swarms-bench-sequences-"));
  const say = (line: string): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const children = new Children();
  const bench: Bench = {
    quick: options.quick,
    folder,
    programs: new Programs(folder),
    children,
    note: (line) => say(`  ${line}`),
  };
  if (options.quick) say("quick: fewer and shorter rounds; for figures to quote, run without --quick on a quiet host");
  const clear = (): void => {
    children.killAll();
    rmSync(folder, { recursive: true, force: true });
  };
  // Nothing that was started outlives a bench that is broken off.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      clear();
      process.exit(1);
    });
  try {
    for (const part of PARTS) {
      if (named.length > 0 && !named.includes(part.name)) continue;
      const missing = missingTools(part.needs);
      if (missing.length > 0) say(`\n${part.title}: left out: ${missing.join("; ")}`);
      else conclude(`\n${part.title}`, await part.run(bench), options);
    }
  } finally {
    clear();
  }
}
