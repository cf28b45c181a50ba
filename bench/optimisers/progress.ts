import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Unit, UnitResult } from "./trial.ts";

/** Finished units, one JSON object a line: a full run is long, and may be interrupted. */
export class Progress {
  readonly results: UnitResult[];
  private readonly file: string | undefined;

  constructor(file: string | undefined) {
    this.file = file;
    const lines = file !== undefined && existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    this.results = lines.flatMap((line) => parsed(line));
  }

  has(unit: Unit): boolean {
    return this.results.some(
      (known) =>
        known.optimiser === unit.optimiser &&
        known.function === unit.function &&
        known.dimension === unit.dimension &&
        known.budget === unit.budget,
    );
  }

  add(result: UnitResult): void {
    this.results.push(result);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }
}

/** A line that was cut off when the run was killed is done again. */
function parsed(line: string): UnitResult[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as UnitResult];
  } catch {
    return [];
  }
}
