import { hostname } from "node:os";
import type { Config } from "../../core/config.ts";
import type { ReplayChanges } from "../../hive/replay.ts";
import { readRuleSources } from "../../warden/rule-sources.ts";

/** The learning period: so many days, each like the one that was played. */
export const LESSON_DAYS = 7;

/** The recorded host's configuration without some agents, and with the rules that it had. */
export function without(off: readonly string[]): Pick<ReplayChanges, "adjust" | "rules"> {
  return {
    adjust: (config: Config) => {
      const { immune } = config.colonies;
      return { ...config, colonies: { ...config.colonies, immune: { ...immune, off: [...immune.off, ...off] } } };
    },
    rules: (config) => (off.includes("rules") ? undefined : readRuleSources(config, hostname())),
  };
}
