import type { ActionKind, Colony, Mode } from "./action.ts";
import type { Config } from "./config.ts";

/** Mode in force: action kind before colony before the general one. */
export function modeFor(config: Config, colony: Colony, kind: ActionKind): Mode {
  return config.actions[kind]?.mode ?? config.colonies[colony].mode ?? config.mode;
}
