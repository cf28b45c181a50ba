import type { RoundFigures } from "./figures.ts";
import type { ArmName, Phase } from "./scenario.ts";
import type { Tried } from "./search.ts";
import type { Setting } from "./setting.ts";

/** Everything that one scenario found out: the reports show this and nothing else. */
export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly phases: readonly Phase[];
  readonly targets: readonly { readonly group: string; readonly targetMs: number }[];
  readonly jobs: readonly string[];
  readonly arms: readonly ArmName[];
  /** What each static arm had set, phase by phase. */
  readonly settings: Readonly<Partial<Record<ArmName, readonly Setting[]>>>;
  /** The exhaustive search of each phase, best first. */
  readonly tried: readonly (readonly Tried[])[];
  /** The random search of each phase, best first. */
  readonly drawn: readonly (readonly Tried[])[];
  readonly rounds: readonly RoundFigures[];
  /** Sentences about what could not be shown, or was shown otherwise. */
  readonly notes: readonly string[];
  /** Configuration of the layer's arm. */
  readonly config: string;
  readonly bars: readonly Bar[];
  readonly seconds: number;
}

export interface Bar {
  readonly says: string;
  /** Undefined where nothing was promised. */
  readonly held: boolean | undefined;
}

export interface BalanceResult {
  readonly atMs: number;
  readonly command: string;
  readonly host: {
    readonly kernel: string;
    readonly cpuModel: string;
    readonly cores: number;
    readonly cgroups: string;
  };
  readonly scenarios: readonly ScenarioResult[];
  readonly skipped: readonly string[];
  readonly seconds: number;
}
