import { CommanderError } from "commander";
import { ERRORS, EXIT, SwarmsError } from "../core/errors.ts";

/** Says on standard error what went wrong and what to do, and returns the exit status (sysexits). */
export function complain(error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  const known = asSwarmsError(error);
  process.stderr.write(json ? `${asJson(known)}\n` : `${known.report}\n`);
  if (known.code === "SW-INTERNAL" && known.cause instanceof Error)
    process.stderr.write(`${known.cause.stack ?? ""}\n`);
  return known.exit;
}

function asSwarmsError(error: unknown): SwarmsError {
  if (error instanceof SwarmsError) return error;
  if (error instanceof CommanderError) {
    const says = error.message
      .replace(/^(error|SW-USAGE): /, "")
      .replaceAll("\n", " ")
      .trim();
    return new SwarmsError("SW-USAGE", error.code === "commander.help" ? "a command is missing" : says);
  }
  return new SwarmsError("SW-INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
}

function asJson(error: SwarmsError): string {
  const { means, todo } = ERRORS[error.code];
  return JSON.stringify({ error: { code: error.code, means, says: error.message, todo } });
}
