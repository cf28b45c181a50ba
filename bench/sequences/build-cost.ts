import { existsSync, realpathSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { spreadOf } from "../../src/lab/spread.ts";
import { profileFileOf } from "../../src/senses/sequences/profile-file.ts";
import { atMost, type Figure } from "../harness.ts";
import { compile } from "../senses/build.ts";
import { sourcesFor } from "../senses/c-project.ts";
import { startSenses } from "../senses/call-conditions.ts";
import { medianInterval, says } from "../senses/interval.ts";
import { type Bench, counted, inTurn, type Part } from "../senses/part.ts";

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
  const sources = sourcesFor(bench);
  if (sources === undefined) return [];
  const senses = startSenses([], false);
  const files = toolPaths().flatMap((path) => profileFileOf(path) ?? []);
  const cpu: Record<string, number[]> = { [WITHOUT]: [], [WITH]: [] };
  const once = async (name?: string): Promise<number> => {
    const { wallS, userS, systemS } = await compile(bench, sources);
    if (name !== undefined) cpu[name]?.push(userS + systemS);
    return wallS;
  };
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
        { name: WITHOUT, run: () => once(WITHOUT) },
        {
          name: WITH,
          run: async () => {
            senses.want(["sequence"]);
            try {
              return await once(WITH);
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
    const wall = { off: walls.get(WITHOUT) ?? [], on: walls.get(WITH) ?? [] };
    return figures(bench, wall, { off: counted(bench, cpu[WITHOUT] ?? []), on: counted(bench, cpu[WITH] ?? []) });
  } finally {
    await senses.close();
  }
}

interface Arms {
  readonly off: readonly number[];
  readonly on: readonly number[];
}

function figures(bench: Bench, wall: Arms, cpu: Arms): Figure[] {
  const [slower, dearer] = [percent(wall), percent(cpu)];
  bench.note(`slowed by ${says(medianInterval(slower), "%")}, of the clock, ${slower.length} rounds`);
  bench.note(`CPU time of the build: ${says(medianInterval(dearer), "%")}`);
  return [
    { name: `${WITHOUT}: time`, spread: spreadOf(wall.off), unit: "s" },
    { name: `${WITH}: time`, spread: spreadOf(wall.on), unit: "s" },
    { name: "CPU time of the build, more by", spread: spreadOf(dearer), unit: "%" },
    { name: "slowed by", spread: spreadOf(slower), unit: "%", limit: atMost(3) },
  ];
}

/** Round by round, how much more. */
function percent({ off, on }: Arms): number[] {
  return on.map((value, round) => (value / (off[round] ?? Number.NaN) - 1) * 100);
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
