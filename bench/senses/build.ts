import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { spreadOf } from "../../src/lab/spread.ts";
import { atLeast, atMost, type Figure, ratios } from "../harness.ts";
import { sourcesFor } from "./c-project.ts";
import { medianInterval, says } from "./interval.ts";
import { startLayer } from "./layer-run.ts";
import { type Bench, counted, inTurn, type Part } from "./part.ts";

interface Took {
  readonly wallS: number;
  readonly userS: number;
  readonly systemS: number;
  readonly code: number;
}

const WITHOUT = "without the layer";
const WITH = "beside the layer";

/** In an empty folder; $1 is that of the sources. */
const BUILDS = {
  /** Configure scripts (thousands of short processes), then the compiler on both cores. */
  full: `"$1"/configure --disable-nls --disable-gdb --disable-gprofng --disable-werror --disable-plugins MAKEINFO=true &&
make -j2 MAKEINFO=true all-bfd all-opcodes`,
  /** The compiler alone: zlib, which lies beside them and needs no configuring. */
  quick: `ls "$1"/zlib/*.c | xargs -P 2 -n 1 cc -O2 -c`,
};

/** A real build, from its configure script to its libraries, with the layer running in turn with none. */
export const build: Part = {
  name: "build",
  title: "build: GNU binutils' libraries from source, two jobs",
  needs: ["root", "gcc", "make"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const sources = sourcesFor(bench);
  if (sources === undefined) return [];
  const state = mkdtempSync(join(bench.folder, "state-"));
  const took = new Map<string, Took[]>([
    [WITHOUT, []],
    [WITH, []],
  ]);
  const layerPercent: number[] = [];
  const once = async (name: string): Promise<number> => {
    const result = await compile(bench, sources);
    took.get(name)?.push(result);
    return result.wallS;
  };
  const walls = await inTurn(
    bench,
    [
      { name: WITHOUT, run: () => once(WITHOUT) },
      {
        name: WITH,
        run: async () => {
          const layer = await startLayer(bench, { state });
          try {
            const before = layer.cpuNs();
            const wallS = await once(WITH);
            layerPercent.push((layer.cpuNs() - before) / 1e7 / wallS);
            return wallS;
          } finally {
            await layer.stop();
          }
        },
      },
    ],
    10,
  );
  return figures(bench, walls, took, counted(bench, layerPercent));
}

function figures(
  bench: Bench,
  walls: ReadonlyMap<string, readonly number[]>,
  took: ReadonlyMap<string, readonly Took[]>,
  layerPercent: readonly number[],
): Figure[] {
  const [off, on] = [walls.get(WITHOUT) ?? [], walls.get(WITH) ?? []];
  const cpu = (name: string): number[] =>
    counted(bench, took.get(name) ?? []).map(({ userS, systemS }) => userS + systemS);
  const percent = (values: readonly number[], base: readonly number[]): number[] =>
    values.map((value, round) => (value / (base[round] ?? Number.NaN) - 1) * 100);
  const [slower, dearer] = [percent(on, off), percent(cpu(WITH), cpu(WITHOUT))];
  bench.note(`slowed by ${says(medianInterval(slower), "%")}, of the clock, ${slower.length} rounds`);
  bench.note(`CPU time of the build itself: ${says(medianInterval(dearer), "%")}`);
  bench.note(`rounds, %: ${slower.map((each) => each.toFixed(1)).join(" ")}`);
  return [
    { name: `${WITHOUT}: time`, spread: spreadOf(off), unit: "s", ...(!bench.quick && { limit: atLeast(30) }) },
    { name: `${WITH}: time`, spread: spreadOf(on), unit: "s" },
    { name: "time, with against without", spread: ratios(on, off), unit: "times" },
    { name: "slowed by", spread: spreadOf(slower), unit: "%", limit: atMost(2) },
    { name: "CPU time of the build, more by", spread: spreadOf(dearer), unit: "%" },
    { name: "the layer meanwhile", spread: spreadOf(layerPercent), unit: "% of a core" },
  ];
}

/** One build of the sources, in an empty folder. */
export async function compile(bench: Bench, sources: string): Promise<Took> {
  const folder = join(bench.folder, "build");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const script = `cd "$2" && { ${bench.quick ? BUILDS.quick : BUILDS.full}; } >log 2>&1`;
  const args = ["sh", "-c", script, "sh", sources, folder];
  const took = await bench.children.json<Took>(bench.programs.program("timed"), args, 300_000);
  if (took.code !== 0) throw new Error(`the build ended with ${took.code}`);
  return took;
}
