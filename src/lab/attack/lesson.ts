import { hostname } from "node:os";
import type { Config } from "../../core/config.ts";
import type { ReplayChanges } from "../../hive/replay.ts";
import { readRuleSources } from "../../warden/rule-sources.ts";

/** Days of the learning period, each of which is played: what is built anew each day has another inode each day. */
export const DAYS = { full: 4, quick: 2 } as const;

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
