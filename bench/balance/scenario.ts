import type { Result } from "../../src/core/errors.ts";
import type { LabHost } from "../../src/lab/host-check.ts";
import type { LabController } from "../../src/lab/lab-groups.ts";
import type { Workplace } from "../../src/lab/workplace.ts";
import type { ServerName } from "./packages.ts";
import type { Setting } from "./setting.ts";
import type { Traffic } from "./traffic.ts";

/** Who decides on the knobs in a round. */
export type ArmName = "default" | "oracle" | "careful" | "random" | "tuned" | "layer";

export const ARM_SAYS: Readonly<Record<ArmName, string>> = {
  default: "kernel default",
  oracle: "best static setting",
  careful: "careful weights",
  random: "random search",
  tuned: "tuned profile",
  layer: "the layer",
};

/** Where there is something to win, the layer is measured beside everybody else who could set the knobs. */
export const EVERY_ARM: readonly ArmName[] = ["default", "oracle", "careful", "random", "tuned", "layer"];

/** A stretch of a round in which the load is the same. */
export interface Phase {
  readonly says: string;
  readonly seconds: number;
  /** Whether the batch jobs run. */
  readonly jobs: boolean;
  /** Share of the services' highest load. */
  readonly load: number;
}

/** A batch job that counts what it has completed. */
export interface Job {
  readonly name: string;
  /** Units so far. */
  work(): number;
}

/** The servers, clients and jobs of a scenario, running. */
export interface Scene {
  readonly services: readonly Traffic[];
  readonly jobs: readonly Job[];
  /** What runs, for the report. */
  readonly says: string;
  /** Starts or ends jobs; absent where they always run. */
  setJobs?(running: boolean): Promise<Result<void>>;
}

/** Where a scenario is built. */
export interface Stage {
  readonly host: LabHost;
  readonly workplace: Workplace<string>;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly ServerName[];
  /** Names of the groups that serve, with the highest p99 that their clients accept; where targets decide, the lowest such (targets.ts). */
  readonly services: readonly { readonly group: string; readonly targetMs: number }[];
  readonly jobs: readonly string[];
  readonly controllers?: readonly LabController[];
  readonly arms: readonly ArmName[];
  readonly phases: readonly Phase[];
  /** What the best setting is: the lowest p99 that leaves batch its work, or the most work that meets every target. */
  readonly wanted: "p99" | "targets";
  /** Settings that the exhaustive search tries. */
  readonly grid: readonly Setting[];
  /** What a careful person would write, one for all phases. */
  readonly careful: Setting;
  /** Beside mode and scope; empty: nothing is declared. */
  layerConfig(path: (group: string) => string): readonly string[];
  /** From the layer's first answer to its being measured: at least so many seconds, and if it has changed nothing by then, more. */
  readonly warmUp: { readonly leastSeconds: number; readonly changeWithin?: number };
  start(stage: Stage): Promise<Result<Scene>>;
}

export const placementOf = (
  { workplace, host }: Stage,
  group: string,
): { readonly groups: readonly string[]; readonly cpus: string } => ({
  groups: workplace.groups.procsFiles(group),
  cpus: host.cpus,
});
