import { PHEROMONES } from "../src/core/agent.ts";
import { seededRandom } from "../src/core/random.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { Field } from "../src/swarm/field.ts";
import {
  atLeast,
  benchOptions,
  type Case,
  conclude,
  type Figure,
  interleaved,
  perCpuSecond,
  ratios,
} from "./harness.ts";

/*
 * Deposits a second on one core. Deposits come 10 µs apart in the field's time (100,000 events a second), which moves on every
 * 64 of them, as with batches from the ring.
 */

const HOT = 1000;
const STEP_MS = 64 * 0.01;
const SOURCES = ["lineage", "fresh-file", "destination", "rule"];

/** As much of a field as the mixes use; the naive one has it too. */
interface Depositable {
  advance(nowMs: number): void;
  deposit(entity: string, pheromone: string, source: string, amount: number): number;
  concentration(entity: string, pheromone: string): number;
}

/** What one would write first: an object for each trace in a map, all of them evaporated at every tick. */
class NaiveField implements Depositable {
  private readonly traces = new Map<string, { amount: number; readonly pheromone: string }>();
  private readonly entities = new Map<string, Set<string>>();
  private nextTickMs = TICK_MS;

  advance(nowMs: number): void {
    for (; this.nextTickMs <= nowMs; this.nextTickMs += TICK_MS) this.tick();
  }

  deposit(entity: string, pheromone: string, source: string, amount: number): number {
    const key = `${entity}|${pheromone}|${source}`;
    let trace = this.traces.get(key);
    if (trace === undefined) {
      trace = { amount: 0, pheromone };
      this.traces.set(key, trace);
      const known = this.entities.get(entity);
      if (known === undefined) this.entities.set(entity, new Set([key]));
      else known.add(key);
    }
    trace.amount = Math.min(10, trace.amount + amount);
    return trace.amount;
  }

  concentration(entity: string, pheromone: string): number {
    let sum = 0;
    for (const key of this.entities.get(entity) ?? []) {
      const trace = this.traces.get(key);
      if (trace?.pheromone === pheromone) sum += trace.amount;
    }
    return sum;
  }

  private tick(): void {
    for (const [key, trace] of this.traces) {
      trace.amount *= DECAY[trace.pheromone] ?? 0;
      if (trace.amount >= 1e-6) continue;
      this.traces.delete(key);
      this.entities.delete(key.slice(0, key.indexOf("|")));
    }
  }
}

const TICK_MS = 100;
const DECAY: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(PHEROMONES).map(([name, { halfLifeMs }]) => [name, 2 ** (-TICK_MS / halfLifeMs)]),
);

type Mix = (field: Depositable, deposits: number) => void;

const hotKeys = Array.from({ length: HOT }, (_, index) => `p:${1000 + index}@${index * 7919}`);

/** The same thousand entities again and again. */
const hot: Mix = (field, deposits) => {
  for (let index = 0; index < deposits; index++) {
    if (index % 64 === 0) field.advance(index * 0.01 + STEP_MS);
    field.deposit(hotKeys[index % HOT] ?? "", "danger", SOURCES[index & 3] ?? "", 0.3);
  }
};

/** Every deposit on an entity never seen before, its name made on the spot as by the decoder: the cost of a flood. */
const cold: Mix = (field, deposits) => {
  for (let index = 0; index < deposits; index++) {
    if (index % 64 === 0) field.advance(index * 0.01 + STEP_MS);
    field.deposit(`p:${index & 0x3f_ffff}@${index}`, "danger", SOURCES[index & 3] ?? "", 0.3);
  }
};

/** Nine of ten on the thousand, by no rule, every tenth on a new one; and every fourth is looked at. */
const mixed: Mix = (field, deposits) => {
  const random = seededRandom(1);
  let seen = 0;
  for (let index = 0; index < deposits; index++) {
    if (index % 64 === 0) field.advance(index * 0.01 + STEP_MS);
    const draw = random();
    const entity = draw < 0.9 ? (hotKeys[Math.floor(draw * 1111)] ?? "") : `p:${index & 0x3f_ffff}@${index}`;
    field.deposit(entity, (index & 7) === 0 ? "demand.cpu" : "danger", SOURCES[index & 3] ?? "", 0.3);
    if ((index & 3) === 0) seen += field.concentration(entity, "danger");
  }
  if (!(seen > 0)) throw new Error("the mix never saw what it deposited");
};

const realField = (): Depositable => new Field({ pheromones: PHEROMONES });
const naiveField = (): Depositable => new NaiveField();

function caseOf(name: string, make: () => Depositable, mix: Mix, deposits: number): Case {
  return {
    name,
    run: () => {
      const field = make();
      return perCpuSecond(deposits, () => mix(field, deposits));
    },
  };
}

const options = benchOptions(process.argv.slice(2));
if (options !== undefined) {
  const deposits = options.quick ? 500_000 : 1_000_000;
  const runs = await interleaved(
    [
      caseOf("hot", realField, hot, deposits),
      caseOf("cold", realField, cold, deposits),
      caseOf("mixed", realField, mixed, deposits),
      caseOf("naive", naiveField, mixed, deposits),
    ],
    options.quick ? 5 : 11,
  );
  const of = (name: string): number[] => runs.get(name) ?? [];
  const unit = "deposits/s";
  const million = atLeast(1_000_000);
  const figures: Figure[] = [
    { name: "field: 1,000 hot entities", spread: spreadOf(of("hot")), unit, limit: million },
    { name: "field: every entity new, field full", spread: spreadOf(of("cold")), unit, limit: million },
    { name: "field: mixed, with reads", spread: spreadOf(of("mixed")), unit, limit: million },
    { name: "naive field (map of objects, evaporated every 100 ms): mixed", spread: spreadOf(of("naive")), unit },
    {
      name: "field against naive field: mixed",
      spread: ratios(of("mixed"), of("naive")),
      unit: "times",
      limit: atLeast(1),
    },
  ];
  conclude("field: deposits per second of CPU time, one core", figures, options);
}
