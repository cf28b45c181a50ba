import { existsSync } from "node:fs";
import type { Command } from "commander";
import { ApiClient } from "../api/client.ts";
import { SwarmsError, type Result } from "../core/errors.ts";
import { defaultStateDir, statePaths, type StatePaths } from "../core/state-paths.ts";

/** What every command understands. */
export interface Globals {
  readonly paths: StatePaths;
  readonly configPath: string | undefined;
  readonly json: boolean;
  readonly client: ApiClient;
}

export function globalsOf(command: Command): Globals {
  const {
    state,
    config,
    json = false,
  } = command.optsWithGlobals<{ state?: string; config?: string; json?: boolean }>();
  const paths = statePaths(state ?? defaultStateDir({ uid: currentUid(), env: process.env }));
  return { paths, configPath: config, json, client: new ApiClient(paths.socket) };
}

export function currentUid(): number {
  return process.getuid?.() ?? 0;
}

/** The value, or the failure as the error that ends the command; `unknownName`: what to do where nothing is called so. */
export function must<T>(result: Result<T>, unknownName?: string): T {
  if (result.ok) return result.value;
  const advised = result.code === "SW-NOT-FOUND" && unknownName !== undefined;
  throw new SwarmsError(result.code, result.says, advised ? { todo: unknownName } : {});
}

/** The same for what a running layer said: where a user has none, but root has, that is what to say. */
export function answered<T>(result: Result<T>, unknownName?: string): T {
  const roots = statePaths(defaultStateDir({ uid: 0, env: {} }));
  if (!result.ok && result.code === "SW-NOT-RUNNING" && currentUid() !== 0 && existsSync(roots.note)) {
    throw new SwarmsError("SW-NEEDS-ROOT", "the layer that runs on this host is root's; there is none of your own");
  }
  return must(result, unknownName);
}
