import { fileURLToPath } from "node:url";

/** Source runs as .ts in development and as .js from the package: a program lies beside this file, in the same form. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** Arguments that start one of the lab's own programs, such as `hog`, in the Node that runs this. */
export function programArgv(name: string, ...args: string[]): string[] {
  return [process.execPath, programFile(`./${name}`), ...args];
}

/** Path of a source file without its extension, relative to this folder. */
export function programFile(path: string): string {
  return fileURLToPath(new URL(`${path}${EXTENSION}`, import.meta.url));
}
