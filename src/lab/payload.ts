import { readFileSync } from "node:fs";

/** What the dropper fetches: a copy of the host's own shell, which then runs a harmless, bounded loop. */
export const PAYLOAD_SOURCE = "/bin/bash";

const STEP_SECONDS = 0.02;
const STEPS = 1500;

/** Files in which the payload says what it does. */
export interface PayloadFiles {
  /** Seconds since the epoch when it began. */
  readonly started: string;
  /** Steps so far. */
  readonly steps: string;
}

/**
 * Arguments for the copied shell: note the time, connect to one loopback port, count up to 1500 in
 * steps of 20 ms, end. Everything is a builtin, so that the payload is one process.
 */
export function payloadArgs(files: PayloadFiles, port: number): string[] {
  const script = [
    'echo "$EPOCHREALTIME" > "$1"',
    'exec 3<>"/dev/tcp/127.0.0.1/$3" || exit 1',
    `i=0; while [ $i -lt ${STEPS} ]; do i=$((i+1)); echo $i > "$2"; read -r -t ${STEP_SECONDS} -u 3; [ $? -gt 128 ] || exit 0; done`,
  ].join("; ");
  return ["-c", script, "payload", files.started, files.steps, String(port)];
}

/** Wall clock of the payload's first instruction, milliseconds; undefined before. */
export function payloadStartMs(files: PayloadFiles): number | undefined {
  const seconds = Number(readText(files.started).replace(",", "."));
  return seconds > 0 ? seconds * 1000 : undefined;
}

export function payloadSteps(files: PayloadFiles): number {
  return Number(readText(files.steps)) || 0;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
