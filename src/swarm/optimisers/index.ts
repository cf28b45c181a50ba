export type { Best, Candidate, Dimension, Optimiser, OptimiserOptions, Space } from "../optimiser.ts";
export type { OptimiserSettings } from "./ask-tell.ts";
export { OPTIMISERS, type OptimiserName, createOptimiser, restoreOptimiser } from "./catalogue.ts";
export { defaultOptimiser } from "./default-optimiser.ts";
export { type MinimiseSettings, minimise } from "./minimise.ts";
