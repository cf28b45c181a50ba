import type { Readable } from "node:stream";
import type { Clock } from "../core/clock.ts";

/** Lines of its standard error in any second; the rest is counted. */
const LINES_PER_SECOND = 20;

/**
 * unshare(1) wants to end by the signal that ended its child, which cannot be had for SIGKILL alone; then it says this and ends with 1.
 */
const UNSHARE_OF_KILLED = /^unshare: sigprocmask unblock failed\b/;

/** A hive may say what is wrong with it, but not fill the log. */
export function readLines(stream: Readable, clock: Clock, onLine: (line: string) => void): void {
  let rest = "";
  let windowMs = clock.monoMs();
  let inWindow = 0;
  const tell = (line: string): void => {
    if (clock.monoMs() - windowMs > 1000) {
      const left = inWindow - LINES_PER_SECOND;
      if (left > 0) onLine(`(${left} lines left out)`);
      windowMs = clock.monoMs();
      inWindow = 0;
    }
    if (++inWindow <= LINES_PER_SECOND) onLine(wordsOf(line));
  };
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-4096);
    for (const line of lines) tell(line);
  });
}

function wordsOf(line: string): string {
  return UNSHARE_OF_KILLED.test(line) ? "was killed (SIGKILL)" : line.slice(0, 1000);
}
