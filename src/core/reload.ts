import { isDeepStrictEqual } from "node:util";
import type { Config } from "./config.ts";

/** Keys that hold only from the next start on, each with the reason. Every other key is in force as soon as it was read again. */
export const AT_RESTART = {
  "colonies.immune.depth": "the hive makes its agents when it starts",
  "colonies.immune.off": "the hive makes its agents when it starts",
  leases: "agents are told at the start how long a change lasts",
  "hive.user": "the hive's room is made for its user at the start",
  plugins: "plugins are loaded at the start",
} as const;

/** What a reload comes to, in sentences for the log. `started`: the configuration that the layer began with. */
export function reloadWords(started: Config, before: Config, after: Config): readonly string[] {
  const changed = (Object.keys(after) as (keyof Config)[]).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const waiting = Object.entries(AT_RESTART).filter(([path]) => !isDeepStrictEqual(at(started, path), at(after, path)));
  const first =
    changed.length === 0
      ? "configuration reloaded: nothing in it has changed"
      : `configuration reloaded: ${changed.join(", ")} changed, in force from now on${waiting.length === 0 ? "" : " but for what follows"}`;
  return [first, ...waiting.map(([path, why]) => `configuration: ${path} holds only after a restart: ${why}`)];
}

function at(config: Config, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], config);
}
