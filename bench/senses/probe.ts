import { readFileSync } from "node:fs";
import type { EventKind } from "../../src/core/event-kinds.ts";

/** What a probe of the bench adds to the layer that it rides in. */
export interface ProbeOrder {
  /** Wanted beside what the agents want, as rules about files would. */
  readonly wants: readonly EventKind[];
  /** Program whose execs and exits are counted, by the path that was typed. */
  readonly known: string;
  /** CLOCK_BOOTTIME less CLOCK_MONOTONIC. */
  readonly bootOffsetNs: number;
  /** Where it writes what it saw, twice a second. */
  readonly report: string;
}

export interface ProbeReport {
  /** Events handed to the agents, by kind. */
  readonly received: Readonly<Record<string, number>>;
  /** Sequence numbers that never came, by kind. */
  readonly gaps: Readonly<Record<string, number>>;
  readonly knownExecs: number;
  readonly knownExits: number;
  /** Of those handed on since the report before: from the kernel's time to the agents, every sixteenth, in microseconds. */
  readonly delay: { readonly count: number; readonly p50Us: number; readonly p99Us: number };
  /** `repeats` of all calls. */
  readonly repeats: number;
  /** Opens that a rule about /etc would look at: so that paths are looked at at all. */
  readonly matched: number;
}

export function readReport(path: string): ProbeReport {
  return JSON.parse(readFileSync(path, "utf8")) as ProbeReport;
}
