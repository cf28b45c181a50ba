import { existsSync } from "node:fs";
import type { Command } from "commander";
import { ApiClient } from "../api/client.ts";
import { failed, SwarmsError, type Result } from "../core/errors.ts";
import { defaultStateDir, statePaths, type StatePaths } from "../core/state-paths.ts";
import { hiveAway } from "./warden-note.ts";

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
  return { paths, configPath: config, json, client: new ApiClient(paths.socket, undefined, () => hiveAway(paths)) };
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

/** The same for what a running layer said. */
export function answered<T>(result: Result<T>, unknownName?: string): T {
  return must(orOfRoot(result), unknownName);
}

/** Where a user has no layer running, but root has, that is what to say. */
export function orOfRoot<T>(result: Result<T>): Result<T> {
  if (result.ok || result.code !== "SW-NOT-RUNNING" || currentUid() === 0) return result;
  if (!existsSync(statePaths(defaultStateDir({ uid: 0, env: {} })).note)) return result;
  return failed("SW-NEEDS-ROOT", "the layer that runs on this host is root's; there is none of your own");
}
