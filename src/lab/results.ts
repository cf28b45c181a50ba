import type { Evidence } from "../core/action.ts";
import type { SparseCounts } from "./latency-histogram.ts";
import type { Spread } from "./spread.ts";

/** Everything that one run of the lab found out: the report and `--json` show this and nothing else. */
export interface FirstLightResult {
  readonly atMs: number;
  readonly seconds: number;
  readonly host: HostFacts;
  readonly setUp: SetUpFacts;
  readonly balance: BalanceResult;
  /** A sentence where this host cannot show it. */
  readonly dropper: DropperResult | { readonly missing: string };
  readonly after: AfterFacts;
  readonly verdicts: readonly Verdict[];
}

export interface HostFacts {
  readonly kernel: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly cgroups: string;
}

export interface SetUpFacts {
  readonly service: string;
  readonly shards: number;
  readonly hogs: number;
  readonly cpus: string;
  readonly ratePerSecond: number;
  readonly query: string;
  /** Share of the CPUs used that the service takes, from 0 to 1. */
  readonly serviceLoad: number;
  readonly roundSeconds: number;
  readonly settleSeconds: number;
  readonly targetMs: number;
  readonly clientSchedule: string;
  readonly seed: number;
}

export type Arm = "off" | "on";

export interface Round {
  readonly arm: Arm;
  readonly pair: number;
  readonly startMs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  readonly requests: number;
  readonly unanswered: number;
  readonly errors: number;
  readonly lagP99Us: number;
  /** Share of the CPUs used that went to neither service nor batch: the client, the layer, the rest of the host. */
  readonly othersShare: number;
  /** Completed units of batch work per second. */
  readonly workPerSecond: number;
  readonly latency: SparseCounts;
}

export interface BalanceResult {
  readonly rounds: readonly Round[];
  readonly off: ArmSummary;
  readonly on: ArmSummary;
  /** On divided by off, one per pair of neighbouring rounds. */
  readonly p99Ratio: Spread;
  readonly workRatio: Spread;
  /** Milliseconds from the layer's first answer to the first change of a knob, one per start; -1 where none came. */
  readonly reflexMs: readonly number[];
  /** What the layer said about a change that was in force. */
  readonly explained: readonly string[];
}

export interface ArmSummary {
  readonly p50Us: Spread;
  readonly p99Us: Spread;
  readonly p999Us: Spread;
  readonly workPerSecond: Spread;
}

export interface Moment {
  readonly atMs: number;
  readonly who: "app" | "layer" | "lab";
  readonly says: string;
}

export interface DropperResult {
  readonly learned: number;
  readonly control: { readonly runs: number; readonly incidents: number };
  readonly incident: IncidentFacts | undefined;
  /** Milliseconds from the payload's first instruction; -1 where it did not happen. */
  readonly toIncidentMs: number;
  readonly toFrozenMs: number;
  /** What the payload's own counter says: it stopped, and started again after the undo. */
  readonly stepsBeforeFreeze: number;
  readonly stepsWhileFrozen: number;
  readonly stepsAfterUndo: number;
  readonly undo: { readonly command: string; readonly worked: boolean; readonly says: string };
  readonly timeline: readonly Moment[];
}

export interface IncidentFacts {
  readonly id: string;
  readonly says: string;
  readonly kinds: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly lineage: readonly string[];
  readonly explained: readonly string[];
}

export interface AfterFacts {
  /** Knobs that are not at their baseline: empty where all is well. */
  readonly differences: readonly string[];
  readonly journal: { readonly verified: boolean; readonly says: string };
  readonly leftBehind: readonly string[];
}

export interface Verdict {
  readonly says: string;
  readonly held: boolean;
}
