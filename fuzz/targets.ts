import { apiTarget } from "./api.ts";
import { configTarget, wireTarget } from "./boundaries.ts";
import { controlTarget } from "./control.ts";
import { journalTarget } from "./journal.ts";
import { conditionTarget, examplesTarget } from "./policies.ts";
import { proposalsTarget } from "./proposals.ts";
import { recordingTarget } from "./recording.ts";
import { recordsTarget } from "./records.ts";
import { rulesTarget } from "./rules.ts";
import type { Target } from "./target.ts";
import { metricTarget, tuneTarget } from "./tune.ts";

/** Everything that reads bytes from across a trust boundary, by name. */
export const TARGETS: Readonly<Record<string, () => Target>> = {
  journal: journalTarget,
  wire: wireTarget,
  config: configTarget,
  condition: conditionTarget,
  examples: examplesTarget,
  proposals: proposalsTarget,
  control: controlTarget,
  api: apiTarget,
  records: recordsTarget,
  recording: recordingTarget,
  rules: rulesTarget,
  tune: tuneTarget,
  metric: metricTarget,
};
