/** Which executable, in which state: whoever changes its content changes its inode's change time. */
export interface ProfileFile {
  /** As the kernel has it: major << 20 | minor. */
  readonly dev: number;
  readonly ino: number;
  /** Inode change time, whole milliseconds since the epoch. */
  readonly changeMs: number;
}

/** What the kernel does with an executable's system calls. "forget" gives its place away. */
export const PROFILE_MODES = ["off", "learn", "check", "forget"] as const;
export type ProfileMode = (typeof PROFILE_MODES)[number];

export const PROFILE_LIMITS = {
  /** Places in the kernel: SEQUENCE_PROFILES of bpf/sequences.h less the one that is none. */
  profiles: 255,
  /** In one message: each may carry a bitmap. */
  aMessage: 32,
  /** 8 KB in base64. */
  bitsChars: 10_924,
} as const;

/** What the hive wants done with one executable's profile. */
export interface ProfileOrder {
  readonly file: ProfileFile;
  readonly mode: ProfileMode;
  /** A task's share of unknown windows above which it is told, of 65,536. */
  readonly limit: number;
  /** What that share is drawn to, of 65,536, as if `windows` had been seen. */
  readonly share: number;
  readonly windows: number;
  /** Takes the place of the bitmap: 2,048 little-endian words in base64. */
  readonly bits?: string;
}

/** What the kernel has of one executable. */
export interface ProfileState {
  readonly file: ProfileFile;
  readonly mode: Exclude<ProfileMode, "forget">;
  /** Windows learned or checked since the layer's start, and how many of them were new while learning. */
  readonly windows: number;
  readonly fresh: number;
  readonly departures: number;
  /** Share of the bitmap's bits that are set. */
  readonly fill: number;
  /** As in the order; only where it changed since it was last told. */
  readonly bits?: string;
}

/** All profiles, or a part of them, and what did not fit: never silent. */
export interface ProfileReport {
  readonly states: readonly ProfileState[];
  /** Departures of a thread within a second after one that was told. */
  readonly untold: number;
  /** Calls of threads for whose state the kernel had no memory. */
  readonly unplaced: number;
  /** Orders that found all places taken. */
  readonly refused: number;
}

/** One executable's profile as people see it. Times are wall-clock milliseconds. */
export interface ProfileInfo {
  readonly id: string;
  readonly path: string;
  readonly stage: "learning" | "paused" | "checking" | "frozen";
  readonly windows: number;
  readonly fill: number;
  /** Windows that departed, told or not. */
  readonly departures: number;
  readonly sinceMs: number;
  /** When its executable's content was found changed, so that it was begun anew; 0: never. */
  readonly changedMs: number;
  /** While it is learned: when that ends at the earliest, wall clock, if nothing new comes; absent where that cannot be told yet. */
  readonly learnedMs?: number;
}

export interface ProfileList extends Omit<ProfileReport, "states"> {
  readonly profiles: readonly ProfileInfo[];
  /** Executables that make many calls and found no place. */
  readonly turnedAway: number;
}

/** Names an executable's profile in maps and on the command line: "s-2049-1234-1700000000000". */
export function profileId({ dev, ino, changeMs }: ProfileFile): string {
  return `s-${dev}-${ino}-${changeMs}`;
}
