import { type ActionKind, type Colony, type Mode, specOf } from "./action.ts";
import type { Config } from "./config.ts";

/** Mode in force: action kind before colony before the general one. What must be named is only observed until it is. */
export function modeFor(config: Config, colony: Colony, kind: ActionKind): Mode {
  const { byName } = specOf(kind);
  return config.actions[kind]?.mode ?? (byName === true ? "observe" : (config.colonies[colony].mode ?? config.mode));
}
