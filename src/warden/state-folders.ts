import { chmodSync, chownSync, lstatSync } from "node:fs";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import { makeFolder } from "../kernel/make-folder.ts";
import type { Account } from "./room.ts";

/**
 * Makes the state folder's rooms: the journal for root alone, the hive's own for its user. A symbolic
 * link in place of a folder is refused: the hive owns its folder's contents, not the way to it.
 */
export function prepareStateFolders(
  paths: { readonly dir: string; readonly journal: string; readonly hive: string },
  account: Account,
): Result<void> {
  try {
    makeFolder(paths.dir, 0o755);
    makeOwn(paths.journal, 0o700, 0, 0);
    makeOwn(paths.hive, 0o700, account.uid, account.gid);
    return ok(undefined);
  } catch (error) {
    const full = errnoOf(error) === "ENOSPC" || errnoOf(error) === "EDQUOT";
    return failed(full ? "SW-STATE-FULL" : "SW-STATE-CREATE", error instanceof Error ? error.message : String(error));
  }
}

function makeOwn(path: string, mode: number, uid: number, gid: number): void {
  makeFolder(path, mode);
  if (!lstatSync(path).isDirectory()) throw new Error(`${path} is not a folder`);
  chownSync(path, uid, gid);
  chmodSync(path, mode);
}
