import { CommanderError } from "commander";
import { EXIT, SwarmsError } from "../core/errors.ts";

/**
 * Says on standard error what went wrong and what to do, and returns the exit status (sysexits). `command`: the one that was asked for, in
 * full, whose help says how it is used.
 */
export function complain(error: unknown, json: boolean, command = "swarms"): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  const known = asSwarmsError(error, command);
  process.stderr.write(json ? `${known.json}\n` : `${known.report}\n`);
  if (known.code === "SW-INTERNAL" && known.cause instanceof Error)
    process.stderr.write(`${known.cause.stack ?? ""}\n`);
  return known.exit;
}

function asSwarmsError(error: unknown, command: string): SwarmsError {
  if (error instanceof SwarmsError) return error;
  if (error instanceof CommanderError) {
    const says = error.code === "commander.help" ? "a command is missing" : plainly(error.message);
    return new SwarmsError("SW-USAGE", says, { todo: `see \`${command} --help\`` });
  }
  return new SwarmsError("SW-INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
}

/** Commander's own sentences, and what is said in their place. */
const PLAINER: readonly (readonly [RegExp, string])[] = [
  [/^(?:error|SW-USAGE): /, ""],
  [/^missing required argument '(.+)'$/, "`<$1>` is missing"],
  [
    /^too many arguments for '(.+?)'\. Expected 0 arguments? but got \d+: (.+)\.$/,
    "`$1` takes no argument: what is `$2`?",
  ],
  [/^too many arguments for '(.+?)'\. Expected (\d+) arguments? .+: (.+)\.$/, "`$1` takes at most $2: what is `$3`?"],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+)'\. Allowed choices are (.+)\.$/,
    "`$1` is no $2 that is known: it is one of $3",
  ],
  [/^option '(.+)' argument '(.*)' is invalid\. (.+)$/, "`$2` is nothing for `$1`: $3"],
];

function plainly(message: string): string {
  const line = message.replaceAll("\n", " ").trim();
  return PLAINER.reduce((says, [pattern, better]) => says.replace(pattern, better), line).trim();
}
