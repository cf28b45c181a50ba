import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spreadOf } from "../../src/lab/spread.ts";
import { atMost, type Figure, ratios } from "../harness.ts";
import { compile } from "../senses/build.ts";
import { sourcesFor } from "../senses/c-project.ts";
import { medianInterval, says } from "../senses/interval.ts";
import { startLayer } from "../senses/layer-run.ts";
import { type Bench, counted, inTurn, type Part } from "../senses/part.ts";

const WITHOUT = "without the layer";
const PLAIN = "beside the layer as installed";
const RULES = "beside the layer with own rules";
const SWARMS = join(import.meta.dirname, "..", "..", "swarms");

/** The same build as `bench senses`, with nothing, with the layer, and with the layer and its rules, in turn. */
export const build: Part = {
  name: "build",
  title: "build: GNU binutils' libraries from source, two jobs, with own rules in force",
  needs: ["root", "gcc", "make"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const sources = sourcesFor(bench);
  if (sources === undefined) return [];
  const arms = [
    { name: WITHOUT, command: undefined },
    { name: PLAIN, command: [SWARMS, "--config", configured(bench, "plain.yaml", "rules: { own: false }\n")] },
    { name: RULES, command: [SWARMS, "--config", configured(bench, "rules.yaml", "rules: { own: true }\n")] },
  ];
  const cpu = new Map<string, number[]>(arms.map(({ name }) => [name, []]));
  const layer = new Map<string, number[]>(arms.map(({ name }) => [name, []]));
  const once = async (name: string): Promise<number> => {
    const { wallS, userS, systemS } = await compile(bench, sources);
    cpu.get(name)?.push(userS + systemS);
    return wallS;
  };
  const cases = arms.map(({ name, command }) => ({
    name,
    run: async () => {
      if (command === undefined) return once(name);
      const running = await startLayer(bench, { state: mkdtempSync(join(bench.folder, "state-")), command });
      try {
        const before = running.cpuNs();
        const wallS = await once(name);
        layer.get(name)?.push((running.cpuNs() - before) / 1e7 / wallS);
        return wallS;
      } finally {
        await running.stop();
      }
    },
  }));
  const walls = await inTurn(bench, cases, 10);
  return [PLAIN, RULES].flatMap((name) =>
    figuresOf(bench, name, {
      wall: [walls.get(WITHOUT) ?? [], walls.get(name) ?? []],
      cpu: [counted(bench, cpu.get(WITHOUT) ?? []), counted(bench, cpu.get(name) ?? [])],
      layer: counted(bench, layer.get(name) ?? []),
    }),
  );
}

function configured(bench: Bench, name: string, text: string): string {
  const path = join(bench.folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

interface Took {
  /** Without, and with. */
  readonly wall: readonly [readonly number[], readonly number[]];
  readonly cpu: readonly [readonly number[], readonly number[]];
  readonly layer: readonly number[];
}

function figuresOf(bench: Bench, name: string, { wall, cpu, layer }: Took): readonly Figure[] {
  const percent = ([off, on]: Took["wall"]): number[] =>
    on.map((value, round) => (value / (off[round] ?? Number.NaN) - 1) * 100);
  const [slower, dearer] = [percent(wall), percent(cpu)];
  bench.note(`${name}: slowed by ${says(medianInterval(slower), "%")}, ${slower.length} rounds`);
  bench.note(`${name}: CPU time of the build itself ${says(medianInterval(dearer), "%")}`);
  return [
    { name: `${name}: time against without`, spread: ratios(wall[1], wall[0]), unit: "times" },
    { name: `${name}: CPU time of the build, more by`, spread: spreadOf(dearer), unit: "%" },
    { name: `${name}: the layer meanwhile`, spread: spreadOf(layer), unit: "% of a core" },
    {
      name: `${name}: slowed by`,
      spread: spreadOf(slower),
      unit: "%",
      ...(name === RULES && !bench.quick && { limit: atMost(3) }),
    },
  ];
}
