import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing, one step at a time: Node's own recursive mkdir never
 * returns where a file system answers ENOENT to mkdir in a folder that exists, as /proc does. Throws the system's error.
 */
export function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mode);
  mkdirSync(path, { mode });
}
