import { existsSync, realpathSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { Unavailable } from "../../vm/unavailable.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { profileFileOf } from "../../src/senses/sequences/profile-file.ts";
import { atMost, type Figure } from "../harness.ts";
import { compile } from "../senses/build.ts";
import { provideSources } from "../senses/c-project.ts";
import { startSenses } from "../senses/call-conditions.ts";
import { medianInterval, says } from "../senses/interval.ts";
import { type Bench, inTurn, type Part } from "../senses/part.ts";

const WITHOUT = "without";
const WITH = "every program of the build checked";
/** Who makes the system calls of a build; the compiler proper is asked for. */
const TOOLS = ["sh", "make", "cc", "as", "ld", "sed", "grep", "expr", "cat", "rm", "ar"];

/** The same build as `bench senses`, beside the check alone: no layer, so that nothing but the kernel's part is in the figure. */
export const buildCost: Part = {
  name: "build",
  title: "build: GNU binutils' libraries from source, two jobs, each tool with a profile that is checked",
  needs: ["root", "gcc", "make"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  let sources: string;
  try {
    sources = provideSources((line) => bench.note(line));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    bench.note(`left out: the sources are not to be had (${error.message})`);
    return [];
  }
  const senses = startSenses([], false);
  const files = toolPaths().flatMap((path) => profileFileOf(path) ?? []);
  const once = async (): Promise<number> => (await compile(bench, sources)).wallS;
  try {
    let windows = 0;
    const set = (mode: "learn" | "check"): void =>
      senses.followProfiles(files.map((file) => ({ file, mode, limit: 65_535, share: 0, windows: 64 })));
    senses.want(["sequence"]);
    set("learn");
    await once();
    set("check");
    senses.want([]);
    const walls = await inTurn(
      bench,
      [
        { name: WITHOUT, run: once },
        {
          name: WITH,
          run: async () => {
            senses.want(["sequence"]);
            try {
              return await once();
            } finally {
              windows = senses.profiles().states.reduce((sum, each) => sum + each.windows, 0);
              senses.want([]);
            }
          },
        },
      ],
      10,
    );
    bench.note(`${files.length} profiles; ${windows.toLocaleString("en-US")} windows learned and checked`);
    return figures(bench, walls.get(WITHOUT) ?? [], walls.get(WITH) ?? []);
  } finally {
    await senses.close();
  }
}

function figures(bench: Bench, off: readonly number[], on: readonly number[]): Figure[] {
  const slower = on.map((value, round) => (value / (off[round] ?? Number.NaN) - 1) * 100);
  bench.note(`slowed by ${says(medianInterval(slower), "%")}, of the clock, ${slower.length} rounds`);
  return [
    { name: `${WITHOUT}: time`, spread: spreadOf(off), unit: "s" },
    { name: `${WITH}: time`, spread: spreadOf(on), unit: "s" },
    { name: "slowed by", spread: spreadOf(slower), unit: "%", limit: atMost(3) },
  ];
}

function toolPaths(): string[] {
  const asked = (command: string, args: readonly string[]): string =>
    spawnSync(command, args, { encoding: "utf8", timeout: 10_000 }).stdout.trim();
  const named = TOOLS.map((name) => asked("sh", ["-c", `command -v ${name}`]));
  const found = [...named, asked("cc", ["-print-prog-name=cc1"])].filter((path) => existsSync(path));
  return [...new Set(found.map((path) => realpathSync(path)))].toSorted((a, b) =>
    basename(a).localeCompare(basename(b)),
  );
}
