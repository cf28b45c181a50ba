import { fileKey, type EntityKey } from "../../core/entity.ts";
import type { ExecEvent } from "../../core/event.ts";
import { baseName, isSystemPath } from "./executable.ts";
import { dropOldest } from "../bounded/oldest.ts";

export const SHELLS: ReadonlySet<string> = new Set(
  "sh bash dash ash zsh ksh ksh93 mksh fish rbash busybox tcsh csh".split(" "),
);
const LANGUAGES = /^(?:python|perl|ruby|php|node|lua|tclsh|pwsh|java|gawk|expect)[\d.]*(?:-cgi|-cli)?$/;

/** Files learned to be a shell: a host has a handful, a container image each its own. */
const MAX_FILES = 256;

export type InterpreterSort = "shell" | "language" | "";

/**
 * What of a program is a command interpreter, by its file: the name of a system folder says once what a device and inode are,
 * and a hard link or another path to it is still that file. A copy is not: that is known by what it does.
 */
export class Interpreters {
  private readonly files = new Map<EntityKey, InterpreterSort>();

  sortOf(event: Pick<ExecEvent, "exe" | "path" | "details">): InterpreterSort {
    const exe = fileKey(event.exe);
    const path = event.details?.exePath || event.path;
    const sort = sortOfName(baseName(path));
    if (sort !== "" && isSystemPath(path)) {
      this.files.delete(exe);
      this.files.set(exe, sort);
      dropOldest(this.files, MAX_FILES);
      return sort;
    }
    return this.files.get(exe) ?? sort;
  }
}

function sortOfName(name: string): InterpreterSort {
  if (SHELLS.has(name)) return "shell";
  return LANGUAGES.test(name) ? "language" : "";
}

/** Whether it is told nothing but how to run: no script, no `-c`, so that its commands come from standard input. */
export function readsItsInput(argv: readonly string[]): boolean {
  return argv.slice(1).every((argument) => /^-(?:-[a-z-]+|[^-c]*)$/.test(argument));
}
