import { PHEROMONES, type PheromoneName } from "../../core/agent.ts";
import type { SignalStatus } from "../../core/status.ts";
import { bar } from "./bar.ts";
import { fit, piece, type Row, type Style } from "./row.ts";
import { emptySection, type Section } from "./section.ts";
import { many } from "./words.ts";

const STYLES: Readonly<Record<PheromoneName, Style>> = {
  "demand.cpu": "warn",
  "demand.memory": "warn",
  "demand.io": "warn",
  danger: "bad",
  "danger.slow": "bad",
  mature: "warn",
  tolerant: "good",
  response: "good",
};

const PHEROMONE_WIDTH = Math.max(...Object.keys(PHEROMONES).map((name) => name.length));
/** For a pheromone of another version. */
const UNKNOWN_CAP = 10;

/** The strongest concentrations of the field, each against the most that one source can give. */
export function signalsSection(signals: readonly SignalStatus[]): Section {
  if (signals.length === 0) return emptySection("signals", "no signals: nothing is out of the ordinary");
  return {
    title: "signals",
    min: 1,
    want: signals.length,
    render: (count, width) => ({
      rows: signals.slice(0, count).map((signal) => signalRow(signal, width)),
      note: signals.length > count ? `${many(signals.length, "signal")}, ${count} shown` : "",
    }),
  };
}

function signalRow({ label, pheromone, concentration, sources }: SignalStatus, width: number): Row {
  const nameWidth = Math.max(12, Math.min(34, Math.floor(width * 0.3)));
  const barWidth = Math.max(6, Math.min(20, Math.floor(width * 0.15)));
  const known = isPheromone(pheromone);
  const level = concentration / (known ? PHEROMONES[pheromone].cap : UNKNOWN_CAP);
  return [
    piece(" "),
    ...fit([piece(label)], nameWidth),
    piece("  "),
    ...fit([piece(pheromone, "dim")], PHEROMONE_WIDTH),
    piece("  "),
    ...bar(level, barWidth, known ? STYLES[pheromone] : "cool"),
    piece(concentration.toFixed(1).padStart(5)),
    piece(`  ${sources.join(", ")}`, "dim"),
  ];
}

function isPheromone(name: string): name is PheromoneName {
  return Object.hasOwn(PHEROMONES, name);
}
