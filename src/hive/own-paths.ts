import { basename, dirname, isAbsolute, join } from "node:path";

/** The layer's files as far as the hive knows them: its state folder (core/state-paths.ts) and its programs. `folder` is the hive's own. */
export function ownPaths(folder: string): readonly string[] {
  const state = basename(folder) === "hive" ? dirname(folder) : folder;
  // Behind a door of its own the hive may see its folder as the root: that says nothing about the host.
  const paths = [state, join(import.meta.dirname, "..")];
  return paths.filter((path) => isAbsolute(path) && path.split("/").filter(Boolean).length > 1);
}
