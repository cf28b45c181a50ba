import { join } from "node:path";

/** Arguments that start one of the bench's own programs. */
export function benchProgram(name: string, ...args: readonly string[]): string[] {
  return [process.execPath, join(import.meta.dirname, "programs", `${name}.ts`), ...args];
}
