import type { ProcessRecord } from "../../../core/agent.ts";

/** argv[0]; where argv is not known, the executable's path. */
export function exeOf(record: ProcessRecord): string | undefined {
  return record.details?.argv[0] ?? (record.path === "" ? undefined : record.path);
}

/** Arguments without argv[0], joined by blanks; undefined where argv is not known. */
export function argsOf(record: ProcessRecord): string | undefined {
  const argv = record.details?.argv;
  if (argv === undefined) return undefined;
  // A loop: slice and join take several times as long, and this is asked of every program that starts.
  let args = argv[1] ?? "";
  for (let at = 2; at < argv.length; at++) args += ` ${argv[at]}`;
  return args;
}

/** Name and arguments, as Falco's proc.cmdline. */
export function cmdlineOf(record: ProcessRecord): string {
  const args = argsOf(record);
  return args === undefined || args === "" ? record.comm : `${record.comm} ${args}`;
}

export function exelineOf(record: ProcessRecord): string | undefined {
  const exe = exeOf(record);
  const args = argsOf(record);
  return exe === undefined || args === undefined || args === "" ? exe : `${exe} ${args}`;
}

export function exePathOf(record: ProcessRecord): string | undefined {
  const path = record.details?.exePath ?? record.path;
  if (path === "") return undefined;
  // As Falco writes it: "memfd:NAME".
  return record.details?.traits.memfd === true ? path.replace(/^\/?(memfd:.*?)( \(deleted\))?$/, "$1") : path;
}
