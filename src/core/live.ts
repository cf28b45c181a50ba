import type { EntityKey } from "./entity.ts";
import type { StatusDocument } from "./status.ts";

/** One deposit as people see it. */
export interface DepositInfo {
  /** Counts up by one with each deposit since the layer's start. */
  readonly seq: number;
  /** Wall clock. */
  readonly atMs: number;
  readonly entity: EntityKey;
  /** Printable name of the entity for people. */
  readonly label: string;
  readonly pheromone: string;
  readonly agent: string;
  readonly kind: string;
  readonly weight: number;
  readonly says: string;
}

/** A concentration of the field, for the picture of it. */
export interface HeatInfo {
  readonly entity: EntityKey;
  readonly pheromone: string;
  readonly concentration: number;
}

/** A running process, as far as a tree of them needs it; texts are printable. */
export interface ProcessRow {
  readonly key: EntityKey;
  /** "" where it is not known, or nobody. */
  readonly parent: EntityKey;
  readonly comm: string;
  readonly path: string;
  readonly cgroup: string;
  readonly uid: number;
}

/** The running processes, or what has changed since a cursor. */
export interface ProcessList {
  /** To be handed in next time. */
  readonly cursor: number;
  /** These are all there are: forget what was known. */
  readonly whole: boolean;
  readonly rows: readonly ProcessRow[];
  readonly gone: readonly EntityKey[];
}

/** One comparison of the search: a candidate's effect over the settings in force. Shares; `interval` holds it. */
export interface TrialInfo {
  /** Settings of the candidate, in words. */
  readonly says: string;
  readonly origin: string;
  readonly pairs: number;
  readonly effect: number;
  readonly interval: readonly [low: number, high: number];
  /** 1 minus the greatest chance of such a difference where there is none; valid however often one looks. */
  readonly confidence: number;
  /** "undecided" while it runs. */
  readonly state: string;
  /** Where it lies in the space. */
  readonly point?: SearchPoint;
  /** The rerun of one that has won once. */
  readonly confirms?: boolean;
}

/** The level of each knob in the order of `knobs`. */
export type SearchPoint = readonly number[];

/** The space of a search and those that search it. */
export interface SearchSpace {
  /** One for each coordinate. */
  readonly knobs: readonly {
    readonly kind: string;
    /** Printable name of the workload. */
    readonly of: string;
    /** What each level sets, in words; level 0 leaves the knob alone. */
    readonly levels: readonly string[];
  }[];
  /** Name of the optimiser. */
  readonly optimiser: string;
  /** Where its particles, ants or bees stand now: the best that each was told of. */
  readonly members: readonly SearchPoint[];
  /** The setting in force. */
  readonly kept: SearchPoint;
}

/** How far the search for better settings is. */
export interface SearchInfo {
  readonly searches: boolean;
  /** What is in force because it won, in words; "" where nothing is. */
  readonly kept: string;
  readonly tries?: TrialInfo;
  /** Of this search, the latest last. */
  readonly compared: readonly TrialInfo[];
  /** Absent while none is under way. */
  readonly space?: SearchSpace;
}

/** What the dashboard draws, twice a second: the status and what lies beneath it. */
export interface LiveDocument {
  readonly status: StatusDocument;
  /** The strongest first. */
  readonly heat: readonly HeatInfo[];
  /** Since the document before, the oldest first; at most a few hundred. */
  readonly deposits: readonly DepositInfo[];
  /** Deposits since the layer's start: what `deposits` left out shows in the sequence numbers. */
  readonly depositsTotal: number;
  /** Processes that run. */
  readonly processes: number;
  /** Absent where nothing searches. */
  readonly search?: SearchInfo;
}

/** What the layer's own processes take, warden and hive together. */
export interface OwnCost {
  /** Cores, over the time between two looks. */
  readonly cores: number;
  /** Resident, bytes. */
  readonly bytes: number;
}

/** What a page gets: the latest picture, and why there is no newer one where there is none. */
export interface LiveFrame {
  /** Name of this host. */
  readonly host: string;
  /** Absent where that cannot be seen. */
  readonly own?: OwnCost;
  readonly live?: LiveDocument;
  /** Error code and words while the layer does not answer. */
  readonly trouble?: { readonly code: string; readonly says: string };
}
