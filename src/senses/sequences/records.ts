import { HEAD } from "../records.ts";

/** Byte offsets of the structures in bpf/sequences.h; a test compares every table here with the header. */
export const SEQUENCE = {
  file: HEAD.bytes,
  recent: 96,
  older: 104,
  told: 112,
  mean: 116,
  windows: 120,
  misses: 124,
  bytes: 128,
} as const;

export const FILE = { ino: 0, change_ms: 8, dev: 16, bytes: 24 } as const;

export const PROFILE = {
  mode: 0,
  limit: 4,
  prior: 8,
  file: 16,
  windows: 40,
  fresh: 48,
  departures: 52,
  bytes: 64,
} as const;

export const CONTROL = {
  untold: 0,
  unplaced: 8,
  generation: 16,
  profiles: 64,
  bytes: 64 + 256 * PROFILE.bytes,
} as const;

export const PROFILES = 256;
export const WORDS = 2048;
export const CALLS = 7;
export const CALL_BITS = 9;

/** `enum sequence_told` and `enum sequence_mode`, in their order. */
export const TOLD = ["unprofiled", "learned", "departed"] as const;
export const MODES = ["off", "learn", "check"] as const;
