/** How a machine ended, as seen from outside. */
export interface Ending {
  /** Line from the init program: "exit N", "signal N", "init N (STEP)"; "" where it never came. */
  readonly status: string;
  readonly timedOut: boolean;
  readonly console: string;
  /** QEMU's own messages. */
  readonly complaint: string;
}

export interface Verdict {
  /** unfinished: time was up before a test had failed; timeout: after one had, or before one had run. */
  readonly kind: "passed" | "failed" | "crashed" | "panic" | "unfinished" | "timeout" | "init" | "machine";
  readonly says: string;
  /** Whether the console log helps to understand it. */
  readonly showConsole: boolean;
}

/** As guest-run.ts writes the end of a test to the console. */
const TEST_END = /^(FAILED )?\d+ ms \//gm;
const PANIC = /Kernel panic - not syncing: (.*)/;

/** Tells a failing test, a dead test process, a kernel panic, a time-out and a machine that never came up apart. */
export function judge(ending: Ending): Verdict {
  const panic = PANIC.exec(ending.console)?.[1];
  const [word, number = ""] = ending.status.split(" ");
  if (word === "exit" && number === "0") return { kind: "passed", says: "all tests passed", showConsole: false };
  if (word === "exit") return { kind: "failed", says: `the test run ended with ${number}`, showConsole: false };
  if (word === "signal")
    return { kind: "crashed", says: `the test process was ended by signal ${number}`, showConsole: true };
  if (word === "init")
    return { kind: "init", says: `the machine could not be set up: ${ending.status}`, showConsole: true };
  if (panic !== undefined) return { kind: "panic", says: `the kernel panicked: ${panic.trim()}`, showConsole: true };
  if (ending.timedOut) return timedOut(ending.console);
  return {
    kind: "machine",
    says: `the machine ended without a status${ending.complaint ? `: ${ending.complaint}` : ""}`,
    showConsole: true,
  };
}

function timedOut(log: string): Verdict {
  const ends = [...log.matchAll(TEST_END)];
  const failed = ends.filter(([, mark]) => mark !== undefined).length;
  const kind = ends.length > 0 && failed === 0 ? "unfinished" : "timeout";
  const says = `time is up and no status came; ${ends.length - failed} tests had passed, ${failed} failed`;
  return { kind, says, showConsole: true };
}
