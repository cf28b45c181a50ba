import type { EntityKey } from "../../core/entity.ts";
import type { Incident } from "../../core/incident.ts";
import type { Scenario } from "./scenario.ts";

/** What really happened in one story: what incidents are held against. */
export interface Deed {
  readonly scenario: Scenario;
  readonly phase: "learning" | "benign" | "attack";
  /** "/swarms-lab-…/server-07" */
  readonly group: string;
  /** The foothold and whoever was seen in the group. */
  readonly processes: readonly EntityKey[];
  /** Wall-clock milliseconds. */
  readonly beganMs: number;
  readonly endedMs: number;
  /** Of the first malicious act; undefined where the script never came to it. */
  readonly actMs: number | undefined;
  /** Containments seen in force on its group, by kind of action. */
  readonly contained: readonly Containment[];
  /** Incidents that were there before and were counted up after its first act: what the layer folded into them. */
  readonly repeated: readonly { readonly id: string; readonly atMs: number }[];
  /** Exit status of the script: what does its work ends with 0; undefined where it was ended or frozen before. */
  readonly code: number | undefined;
  /** Why it was not, or not wholly, played; "" where it was. */
  readonly skipped: string;
}

export interface Containment {
  readonly kind: string;
  readonly sinceMs: number;
  readonly incident: string;
}

/** The script reads /proc/uptime, which has hundredths of a second. */
const CLOCK_MS = 10;

/** Whether what was told at a time may be of an attack that acted first at the other: what was counted up before is none of its doing. */
export function isRepeat(atMs: number, actMs: number | undefined): boolean {
  return actMs !== undefined && atMs >= actMs - CLOCK_MS;
}

/** Whether an incident is about a story: by its process or any of those that it descends from. */
export function isAbout(incident: Incident, deed: Deed): boolean {
  const known = new Set(deed.processes);
  return known.has(incident.entity) || incident.lineage.some((step) => known.has(step.process));
}
