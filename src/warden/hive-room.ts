import { join } from "node:path";
import { ok, type Result } from "../core/errors.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { CodeCache } from "./code-cache.ts";
import { type Account, type RoomCommand, roomCommand, type RoomSpec } from "./room.ts";

/** The hive has no network, and no folder with a way to the kernel. */
export const HIVE_ROOM: RoomSpec = {
  entry: "hive/main",
  folders: ["core", "swarm", "senses", "store", "immune", "balance", "mesh", "api", "hive"],
  // The last two only where there are rules.
  dependencies: ["hono", "@hono/node-server", "yaml", "re2js"],
  network: "own",
  heapMegabytes: 256,
};

/** The command that starts the hive in its room, with the compiler's cache made first where it is missing or of other code. */
export function prepareHiveRoom(
  paths: Pick<StatePaths, "dir" | "hive">,
  account: Account,
  log: (says: string) => void,
): Result<RoomCommand> {
  const common = { node: process.execPath, stateFolder: paths.hive, account };
  const bare = roomCommand(HIVE_ROOM, common);
  if (!bare.ok) return bare;
  const cache = new CodeCache(join(paths.dir, "cache"), bare.value.sources);
  const failure = cache.isFresh
    ? undefined
    : cache.make(account, (folder) => {
        // Everything is loaded, nothing is done, and what the compiler made is kept there.
        const made = roomCommand(HIVE_ROOM, { ...common, args: ["--warm"], cache: { folder, fill: true } });
        return made.ok ? [made.value.command, made.value.args] : ["false", []];
      });
  if (failure === undefined) return roomCommand(HIVE_ROOM, { ...common, cache: { folder: cache.folder, fill: false } });
  log(`the hive starts without the compiler's cache, which only makes it slower: ${failure}`);
  return ok(bare.value);
}
