import { hostname } from "node:os";
import { paint, type Row } from "./view/row.ts";
import { paintFor, sizeOf } from "./view/terminal.ts";

/** Everything a command prints goes through here: JSON for programs, painted rows for people. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printRows(rows: readonly Row[]): void {
  const look = paintFor(process.stdout, process.env);
  for (const row of rows) process.stdout.write(`${paint(row, look)}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** Columns for text that is wrapped: the terminal's, but no more than reads well. */
export function textWidth(): number {
  return Math.min(120, sizeOf(process.stdout, process.env).width);
}

export function frameOptions(): ReturnType<typeof sizeOf> & ReturnType<typeof paintFor> & { readonly host: string } {
  return { ...sizeOf(process.stdout, process.env), ...paintFor(process.stdout, process.env), host: hostname() };
}
