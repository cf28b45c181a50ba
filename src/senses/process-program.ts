import { type EntityKey, fileKey, type FileRef } from "../core/entity.ts";
import type { ExecDetails } from "../core/event.ts";
import type { Entry } from "./process-entry.ts";

/** What a process runs: one object for a process and the forks that run the same. */
export interface Program {
  readonly comm: string;
  readonly path: string;
  /** `f:DEV:INO`, "" where unknown. */
  readonly exe: EntityKey;
  readonly details: ExecDetails | undefined;
  /** CLOCK_BOOTTIME nanoseconds of the exec, or of the look at procfs. */
  readonly atNs: number;
}

/**
 * What events told and what procfs showed, kept apart, so that what is true in the end does not depend on which
 * of them is heard first. Events come in their own order.
 */
export interface Programs {
  /** By its latest exec, or by its parent's at the fork. */
  told: Program | undefined;
  /** Time of that exec or fork. */
  toldNs: number;
  /** Time of its own first exec; Infinity before. */
  spokeNs: number;
  /** The latest and the earliest look. */
  shown: Program | undefined;
  firstShown: Program | undefined;
  /** The parent, where its program was not told at the fork: what procfs shows of it holds for this one too. */
  origin: Entry | undefined;
  /** Those whose origin this is. */
  heirs: Set<Entry> | undefined;
}

/** A chain of forks without an exec is short; events that make no sense can describe a circle. */
const GENERATIONS_MAX = 256;
const HEIRS_MAX = 65_536;

export function keyOf(exe: FileRef): EntityKey {
  return exe.ino === 0 ? "" : fileKey(exe);
}

export function tellExec(entry: Entry, program: Program): void {
  entry.told = program;
  entry.toldNs = program.atNs;
  if (entry.spokeNs === Infinity) {
    entry.spokeNs = program.atNs;
    refreshHeirs(entry);
  }
  refresh(entry);
}

export function tellFork(child: Entry, parent: Entry, atNs: number): void {
  // Events of different CPUs may cross: a child that has executed before its fork arrives keeps what it said.
  if (child.told === undefined) {
    child.told = parent.told;
    child.toldNs = atNs;
    if (parent.told === undefined && child.origin === undefined && child !== parent) {
      child.origin = parent;
      (parent.heirs ??= new Set()).add(child);
    }
  }
  refresh(child);
}

export function show(entry: Entry, program: Program): void {
  if (entry.shown === undefined || program.atNs > entry.shown.atNs) entry.shown = program;
  if (entry.firstShown === undefined || program.atNs < entry.firstShown.atNs) {
    entry.firstShown = program;
    refreshHeirs(entry);
  }
  refresh(entry);
}

/** Nobody may wait for an entry that is forgotten, nor it for others. */
export function forgetPrograms(entry: Entry): void {
  entry.origin?.heirs?.delete(entry);
  entry.origin = undefined;
  for (const heir of entry.heirs ?? []) heir.origin = undefined;
  entry.heirs = undefined;
}

/**
 * An exec from the look on is newer than the look; one from before it stands where procfs shows that very file,
 * since it tells more; another file means that an exec was lost.
 */
export function refresh(entry: Entry): void {
  const { told, shown } = entry;
  const stands = told !== undefined && (shown === undefined || shown.exe === told.exe || entry.toldNs >= shown.atNs);
  const program = stands ? told : (shown ?? unspoken(entry.origin));
  entry.repaired = entry.foundLate || entry.foundGone || (told !== undefined && !stands);
  if (program === undefined) {
    if (entry.path !== "") Object.assign(entry, { path: "", exe: "", details: undefined });
    return;
  }
  entry.comm = program.comm;
  entry.path = program.path;
  entry.exe = program.exe;
  entry.details = program.details;
}

/** What a process ran before it was first heard of: what procfs showed, if that was before its first exec. */
function unspoken(entry: Entry | undefined): Program | undefined {
  for (let at = entry, steps = 0; at !== undefined && steps < GENERATIONS_MAX; at = at.origin, steps++) {
    const { firstShown, spokeNs } = at;
    if (firstShown !== undefined && spokeNs > firstShown.atNs) return firstShown;
  }
  return undefined;
}

function refreshHeirs(entry: Entry): void {
  const left = [...(entry.heirs ?? [])];
  for (let steps = 0; left.length > 0 && steps < HEIRS_MAX; steps++) {
    const heir = left.pop();
    if (heir === undefined) return;
    refresh(heir);
    if (heir.heirs !== undefined) left.push(...heir.heirs);
  }
}
