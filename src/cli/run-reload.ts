import { loadConfig, type LoadedConfig } from "../core/config-load.ts";
import type { Config } from "../core/config.ts";
import { SwarmsError } from "../core/errors.ts";
import type { LogLevels, LogLine } from "../core/log-level.ts";
import { reloadWords } from "../core/reload.ts";

/** Throws SwarmsError. */
export function readConfig(path: string | undefined): LoadedConfig {
  const loaded = loadConfig({ ...(path !== undefined && { path }) });
  if (!loaded.ok) throw new SwarmsError(loaded.code, loaded.says);
  return loaded.value;
}

interface Reloaded {
  readonly path: string | undefined;
  /** What the layer began with. */
  readonly started: Config;
  readonly levels: LogLevels;
  readonly log: LogLine;
  use(config: Config): void;
}

/** Reads the configuration again, puts it in force, and says what that came to. A bad file changes nothing. */
export function reloader({ path, started, levels, log, use }: Reloaded): () => void {
  let inForce = started;
  return () => {
    try {
      const { config, warnings } = readConfig(path);
      use(config);
      levels.configure(config.log.level);
      for (const says of reloadWords(started, inForce, config)) log(says);
      inForce = config;
      for (const warning of warnings) log(`configuration: ${warning}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log(`configuration not reloaded, the old one stays in force: ${why}`, "warn");
    }
  };
}
