import { existsSync } from "node:fs";
import { adfaOptions, type AdfaOptions } from "./adfa/options.ts";
import { BITMAP, learned, type Models, TRIE } from "./adfa/models.ts";
import { poisoningFigures } from "./adfa/poisoning.ts";
import { auc, aucInterval, detection, exactly, type Scored } from "./adfa/roc.ts";
import { type Adfa, deduplicated, readAdfa, type Trace } from "./adfa/traces.ts";
import { atLeast, conclude, type Figure } from "./harness.ts";

/*
 * `npm run bench:adfa`: how well the models of system-call sequences tell attacks from normal traces they have not seen. They learn
 * from the 833 training traces alone, nothing is chosen by the labels of the others, and a trace has one score. docs/sequences.md has
 * the results and what they are worth.
 */

/** sysexits(3). */
const EX_UNAVAILABLE = 69;
const FALSE_ALARMS = [0.01, 0.05, 0.1, 0.2];
const BARS: Readonly<Record<string, number>> = { [TRIE]: 0.85, [BITMAP]: 0.825 };

function run(asked: AdfaOptions): void {
  const traces = readAdfa(asked.data);
  const models = learned(traces.train);
  const draws = asked.quick ? 200 : 2000;
  const figures = Object.keys(models.scores).flatMap((name) => figuresOf(name, models, traces, draws));
  if (!asked.quick) figures.push(...poisoningFigures(traces));
  if (!asked.json) process.stdout.write(settingsText(models, traces, draws));
  conclude("ADFA-LD: median is the figure, range its 95 % interval", figures, asked);
}

function figuresOf(name: string, models: Models, { normal, attack }: Adfa, draws: number): Figure[] {
  const scored = new Map([...normal, ...attack].map((trace) => [trace, scoredBy(models, name, trace)]));
  const of = (some: readonly Trace[]): Scored[] => some.flatMap((trace) => scored.get(trace) ?? []);
  const [usual, strange] = [of(normal), of(attack)];
  const bar = BARS[name];
  const whole = { name: `AUC, ${name}`, spread: aucInterval(usual, strange, draws), unit: "" };
  const single = aucInterval(of(deduplicated(normal)), of(deduplicated(attack)), draws);
  const families = [...new Set(attack.map(({ family }) => family))];
  return [
    bar === undefined ? whole : { ...whole, limit: atLeast(bar) },
    { name: "  deduplicated", spread: single, unit: "" },
    ...detections("  ", usual, strange),
    ...families.flatMap((family) => {
      const those = of(attack.filter((trace) => trace.family === family));
      return [exactly(`  ${family}: AUC`, auc(usual, those)), ...detections(`  ${family}: `, usual, those)];
    }),
  ];
}

const scoredBy = (models: Models, name: string, trace: Trace): Scored => ({
  score: models.scores[name]?.(trace) ?? Number.NaN,
  session: trace.session,
});

const detections = (before: string, usual: readonly Scored[], strange: readonly Scored[]): Figure[] =>
  FALSE_ALARMS.map((rate) =>
    exactly(`${before}detected at ${100 * rate} % false alarms`, 100 * detection(usual, strange, rate), "%"),
  );

function settingsText(models: Models, { train, normal, attack }: Adfa, draws: number): string {
  const counted = [train, normal, attack].map((some) => `${some.length} (${deduplicated(some).length} different)`);
  return [
    `traces: ${counted[0]} to train on, ${counted[1]} normal, ${counted[2]} of attacks; bootstrap draws: ${draws}`,
    ...Object.entries(models.settings).map(([name, value]) => `${name}: ${value}`),
    "",
    "",
  ].join("\n");
}

const options = adfaOptions(process.argv.slice(2));
if (options !== undefined) {
  if (existsSync(options.data)) run(options);
  else {
    process.stderr.write(`nothing measured: no folder ${options.data} (ADFA-LD; name it with --data=DIR)\n`);
    process.exitCode = EX_UNAVAILABLE;
  }
}
