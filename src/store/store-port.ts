import type { ErrorCode, Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";

/** Bounds that a test, or a small host, may narrow. */
export interface StoreLimits {
  /** Rows of incidents, and rows of changes. */
  readonly rows: number;
  /** Largest size of the database, pages of 4096 bytes; a write beyond it fails as on a full disk. */
  readonly pages: number;
}

/** Bounds of what is kept. Beyond them the oldest goes first, or the write is refused where one item is too large. */
export const STORE_LIMITS = {
  /** Months on an ordinary host. */
  rows: 10_000,
  /** 256 MB. */
  pages: 65_536,
  /** Memory of one agent, characters of JSON. */
  memoryChars: 8_000_000,
  agents: 64,
  /** Settings that won once; whoever writes them keeps fewer. */
  trails: 512,
  /** One incident or change, characters of JSON. */
  rowChars: 262_144,
  notices: 16,
} as const satisfies StoreLimits & Record<string, number>;

/** Something that happened to the store itself and that a person should know. Printable. */
export interface StoreNotice {
  readonly code: ErrorCode;
  readonly says: string;
}

/**
 * What the hive remembers over restarts. Every write is one transaction: all of it or nothing. Reads
 * never fail: what cannot be read is missing, and a notice says so.
 */
export interface Store {
  /** Reads that failed; the latest at most 16. */
  readonly notices: readonly StoreNotice[];
  /** `memory` must be plain JSON. Errors: SW-STATE-FULL, SW-STATE-IO, SW-STORE-DAMAGED, SW-STORE-LARGE (as for every write). */
  saveMemory(agent: string, memory: unknown): Result<void>;
  /** Undefined where nothing is remembered. */
  loadMemory(agent: string): unknown;
  /** Adds or replaces by id. A dismissed incident stays dismissed. */
  putIncident(incident: Incident): Result<void>;
  incident(id: string): Incident | undefined;
  /** The latest first. */
  incidents(limit: number): readonly Incident[];
  openIncidents(): number;
  /** Also SW-NOT-FOUND. */
  dismissIncident(id: string): Result<void>;
  /** The way back. Also SW-NOT-FOUND. */
  reopenIncident(id: string): Result<void>;
  /** Adds or replaces a change (any plain JSON) under its id. */
  putChange(id: string, change: unknown): Result<void>;
  change(id: string): unknown;
  /** The latest added first. */
  changes(limit: number): readonly unknown[];
  /** Adds or replaces a trail (any plain JSON) under its id. */
  putTrail(id: string, trail: unknown): Result<void>;
  /** The latest written first. */
  trails(): readonly unknown[];
  /** Also SW-NOT-FOUND. */
  deleteTrail(id: string): Result<void>;
  close(): void;
}
