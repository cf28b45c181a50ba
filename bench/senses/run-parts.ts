import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Countdown } from "../../src/lab/countdown.ts";
import { benchOptions, conclude } from "../harness.ts";
import { Children } from "./children.ts";
import type { Bench, Part } from "./part.ts";
import { Programs } from "./programs.ts";
import { missingTools } from "./tools.ts";

const PART = "--part=";

/** The parts of a bench one after the other, or those that `--part=NAME` names; nothing of them is left. `long`: left out of a quick run. */
export async function runParts(bench: string, parts: readonly Part[], long: readonly Part[] = []): Promise<void> {
  const args = process.argv.slice(2);
  const named = args.flatMap((each) => (each.startsWith(PART) ? [each.slice(PART.length)] : []));
  const options = benchOptions(args.filter((each) => !each.startsWith(PART)));
  const unknown = named.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    const known = parts.map(({ name }) => name).join(", ");
    process.stderr.write(`no part is called ${unknown.join(", ")}; there are ${known}\n`);
    process.exitCode = 64;
  }
  if (unknown.length > 0 || options === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), `swarms-bench-${bench}-`));
  const countdown = new Countdown(process.stderr, "parts");
  const say = (line: string): void => {
    countdown.end();
    (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const children = new Children();
  const { quick } = options;
  const place: Bench = { quick, folder, programs: new Programs(folder), children, note: (line) => say(`  ${line}`) };
  if (quick) say("quick: fewer and shorter rounds; for figures to quote, run without --quick on a quiet host");
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
    const asked = named.length > 0 ? parts.filter(({ name }) => named.includes(name)) : parts;
    for (const [done, part] of asked.entries()) {
      const missing = missingTools(part.needs);
      if (quick && named.length === 0 && long.includes(part))
        say(`\n${part.name}: left out of a quick run, as one round takes a minute: --part=${part.name} runs it`);
      else if (missing.length > 0) say(`\n${part.title}: left out: ${missing.join("; ")}`);
      else {
        // What a part counts itself takes the line over.
        countdown.at(done, asked.length, part.name);
        const figures = await part.run(place);
        countdown.end();
        conclude(`\n${part.title}`, figures, options);
      }
    }
  } finally {
    clear();
  }
}
