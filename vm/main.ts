import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { printable } from "../src/core/printable.ts";
import { Countdown } from "../src/lab/countdown.ts";
import { buildDisk } from "./disk.ts";
import { type Kernel, provideKernels } from "./kernel-cache.ts";
import { KERNELS } from "./kernels.ts";
import { readFilesBegun } from "./guest-progress.ts";
import { CONSOLE, runMachine } from "./machine.ts";
import { provideTools } from "./needs.ts";
import { EXCEPTIONS, planBatches } from "./suites.ts";
import { EXIT_UNAVAILABLE, EXIT_UNFINISHED, Unavailable } from "./unavailable.ts";
import { judge, type Verdict } from "./verdict.ts";

const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = resolve(process.env["SWARMS_VM_CACHE"] ?? join(CHECKOUT, ".cache/vm"));
/** As test.sh has it, in the machine's own time. */
const TEST_TIMEOUT_MS = 120_000;
const CONSOLE_LINES = 80;
const LOOK_MS = 2000;

const say = (line: string): void => void process.stderr.write(`vm: ${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kernel: { type: "string" }, limit: { type: "string", default: "2400" } },
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = await runAll();
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  say(`cannot run here: ${error.message}`);
  process.exitCode = EXIT_UNAVAILABLE;
}

/** Every kernel, each with the same disk; 1 where any of them failed, 75 where the worst is that time was up. */
async function runAll(): Promise<number> {
  const specs = KERNELS.filter(({ name }) => values.kernel === undefined || name === values.kernel);
  const batches = planBatches(CHECKOUT, positionals);
  if (specs.length === 0)
    return refuse(`no kernel "${values.kernel}"; there are ${KERNELS.map(({ name }) => name).join(", ")}`);
  if (batches.length === 0) return refuse(`no test files for ${positionals.join(" ")}`);
  provideTools(say);
  const kernels = provideKernels(specs, CACHE, say);
  mkdirSync(CACHE, { recursive: true });
  const work = temporary(join(CACHE, "run-"));
  const command = [
    "/usr/bin/node",
    "--disable-warning=ExperimentalWarning",
    "--import=./test-seed.ts",
    "vm/guest-run.ts",
    String(TEST_TIMEOUT_MS),
    JSON.stringify(batches),
  ];
  const disk = buildDisk(work, { checkout: CHECKOUT, command });
  for (const [file, { run, why }] of Object.entries(EXCEPTIONS)) if (run === "never") say(`left out: ${file} (${why})`);
  const folders = kernels.map(() => temporary(join(tmpdir(), "swarms-vm-")));
  const results = kernels.map((kernel, at) => runIn(kernel, disk, folders[at] ?? ""));
  const counting = countDown(
    folders,
    batches.reduce((sum, { files }) => sum + files.length, 0),
  );
  const kinds: Verdict["kind"][] = [];
  try {
    for (const result of results) {
      const tell = await result;
      counting.clear();
      kinds.push(tell());
    }
  } finally {
    counting.stop();
  }
  if (kinds.every((kind) => kind === "passed")) return 0;
  return kinds.every((kind) => kind === "passed" || kind === "unfinished") ? EXIT_UNFINISHED : 1;
}

/**
 * A machine keeps one core busy, so that both kernels run side by side in the time of one. What they say is printed when
 * it is their turn: gives a function that prints and tells how it ended.
 */
async function runIn(kernel: Kernel, disk: string, folder: string): Promise<() => Verdict["kind"]> {
  const from = performance.now();
  let output = "";
  const ending = await runMachine({
    kernel: kernel.image,
    disk,
    folder,
    limitMs: Number(values.limit) * 1000,
    onOutput: (text) => void (output += text),
  });
  const seconds = Math.round((performance.now() - from) / 1000);
  return () => {
    say(`== ${kernel.name}: ${kernel.release} (${seconds} s)`);
    const verdict = judge(ending);
    if (verdict.showConsole) for (const line of lastLines(ending.console)) say(`console: ${printable(line)}`);
    if (verdict.kind !== "passed") say(`${kernel.name}: ${verdict.says}`);
    process.stdout.write(output);
    return verdict.kind;
  };
}

/** Says on a terminal how far the machines are. `clear`: leaves the line to what is printed; it comes back. */
function countDown(folders: readonly string[], files: number): { clear(): void; stop(): void } {
  const countdown = new Countdown(process.stderr, "vm: test files");
  const tell = (): void => {
    const begun = folders.map((folder) => readFilesBegun(join(folder, CONSOLE)));
    countdown.at(
      begun.reduce((sum, count) => sum + count, 0),
      files * folders.length,
    );
  };
  const timer = process.stderr.isTTY ? setInterval(tell, LOOK_MS) : undefined;
  return {
    clear: () => countdown.end(),
    stop: () => {
      clearInterval(timer);
      countdown.end();
    },
  };
}

function refuse(says: string): number {
  say(says);
  return 64;
}

function lastLines(text: string): string[] {
  return text.split(/\r?\n/).filter(Boolean).slice(-CONSOLE_LINES);
}

/** A folder that goes with this process, however it ends short of kill -9. */
function temporary(prefix: string): string {
  const folder = mkdtempSync(prefix);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
