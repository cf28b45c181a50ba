import { appendFileSync, truncateSync } from "node:fs";
import type { LogLevels, LogLine } from "../core/log-level.ts";
import { printable } from "../core/printable.ts";

interface Log {
  readonly write: LogLine;
}

const MAX_LINES = 10_000;

/** Lines with the time, those that the level lets through: to standard error, or, where a live view owns the terminal, to a file that starts empty. */
export function openLog(file: string | undefined, levels: Pick<LogLevels, "lets">): Log {
  let lines = 0;
  if (file !== undefined) {
    try {
      truncateSync(file);
    } catch {
      // It is not there yet.
    }
  }
  const emit = (line: string): void => {
    if (file === undefined) process.stderr.write(line);
    else if (lines++ < MAX_LINES) appendFileSync(file, line);
  };
  return {
    write: (says, level) => {
      if (!levels.lets(says, level)) return;
      try {
        // Only our own texts have several lines; what comes from elsewhere was made printable where it came in.
        const lines = says.split("\n", 20).map((line) => printable(line, 2000));
        emit(`${new Date().toISOString()} ${lines.join("\n  ")}\n`);
      } catch {
        // A full disk or a closed terminal must not end the layer.
      }
    },
  };
}
