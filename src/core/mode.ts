import { type ActionKind, ACTIONS, type ActionSpec, type Colony, type Mode } from "./action.ts";
import type { Config } from "./config.ts";

/** Mode in force: action kind before colony before the general one. What must be named is only observed until it is. */
export function modeFor(config: Config, colony: Colony, kind: ActionKind): Mode {
  const { byName }: ActionSpec = ACTIONS[kind];
  return config.actions[kind]?.mode ?? (byName === true ? "observe" : (config.colonies[colony].mode ?? config.mode));
}
