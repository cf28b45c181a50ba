import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Unit, UnitResult } from "./trial.ts";

/**
 * Finished units, one JSON object a line: a full run is long, and may be interrupted. A run is the same run for as long as it goes on, so that
 * one with a larger budget holds all that one with a smaller would have shown, and takes its place.
 */
export class Progress {
  private readonly file: string | undefined;
  private readonly known = new Map<string, UnitResult>();

  constructor(file: string | undefined) {
    this.file = file;
    const lines = file !== undefined && existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    for (const line of lines) for (const result of parsed(line)) this.keep(result);
  }

  get results(): UnitResult[] {
    return [...this.known.values()];
  }

  has(unit: Unit): boolean {
    return (this.known.get(keyOf(unit))?.budget ?? 0) >= unit.budget;
  }

  add(result: UnitResult): void {
    this.keep(result);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }

  private keep(result: UnitResult): void {
    if (!this.has(result)) this.known.set(keyOf(result), result);
  }
}

function keyOf({ optimiser, function: number, dimension }: Unit): string {
  return `${optimiser} ${number} ${dimension}`;
}

/** A line that was cut off when the run was killed is done again. */
function parsed(line: string): UnitResult[] {
  try {
    return line === "" ? [] : [JSON.parse(line) as UnitResult];
  } catch {
    return [];
  }
}
