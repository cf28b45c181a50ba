import type { ExecEvent } from "../../core/event.ts";
import { baseName } from "./executable.ts";
import { absolute } from "../rules/fields/path-of.ts";

/** Programs that run what a file says; version suffixes are cut off. */
const INTERPRETERS: ReadonlySet<string> = new Set(
  "sh bash dash ash zsh ksh mksh fish busybox python perl ruby node nodejs php lua luajit tclsh wish awk gawk mawk java deno bun Rscript".split(
    " ",
  ),
);

/** The dynamic linker runs any program that it is given (ld.so(8)). */
const LINKER = /^ld(?:-linux[\w-]*|-musl-\w+)?\.so/;

/** Arguments looked at: options stand before the script, its own arguments behind it. */
const LOOKED_AT = 4;

export function isInterpreter(path: string): boolean {
  const name = baseName(path);
  return INTERPRETERS.has(name) || INTERPRETERS.has(name.replace(/-?\d[\d.]*$/, "")) || LINKER.test(name);
}

/** Files that an exec may run: what was typed, and where that is an interpreter what its first arguments name. */
export function filesRun(event: ExecEvent): readonly string[] {
  const { details } = event;
  const cwd = details?.cwd ?? "";
  const typed = absolute(event.path, cwd);
  const files = typed === undefined ? [] : [typed];
  const runs = details?.exePath || event.path;
  if (details === undefined || !(isInterpreter(runs) || isInterpreter(event.path))) return files;
  for (const argument of details.argv.slice(1, 1 + LOOKED_AT)) {
    const path = argument.startsWith("-") ? undefined : absolute(argument, cwd);
    if (path !== undefined) files.push(path);
  }
  return files;
}
