import { chmodSync, chownSync, lchownSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import { makeFolder } from "../kernel/make-folder.ts";
import type { Account } from "./room.ts";

/** Makes the state folder and the journal's in it, for root alone. What they hold is not touched: another layer may be at work there. */
export function prepareStateFolders(paths: { readonly dir: string; readonly journal: string }): Result<void> {
  return made(() => {
    makeFolder(paths.dir, 0o755);
    makeOwn(paths.journal, 0o700, 0, 0);
  });
}

/**
 * Gives the hive its folder, with what an earlier hive left there. Only for who holds the journal: where another layer
 * runs, its hive would lose its store and could not start again. A symbolic link in place of the folder is refused: the
 * hive owns its folder's contents, not the way to it.
 */
export function giveHiveFolder(folder: string, account: Account): Result<void> {
  return made(() => {
    const before = lstatSync(folder, { throwIfNoEntry: false })?.uid;
    makeOwn(folder, 0o700, account.uid, account.gid);
    if (before !== undefined && before !== account.uid) handOver(folder, account);
  });
}

function made(make: () => void): Result<void> {
  try {
    make();
    return ok(undefined);
  } catch (error) {
    const full = errnoOf(error) === "ENOSPC" || errnoOf(error) === "EDQUOT";
    return failed(full ? "SW-STATE-FULL" : "SW-STATE-CREATE", error instanceof Error ? error.message : String(error));
  }
}

/**
 * What an earlier user of the hive left goes to the present one. Links are not followed, folders not entered: beside
 * the compile cache, which is made anew, there are none.
 */
function handOver(folder: string, account: Account): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) rmSync(path, { recursive: true, force: true });
    else lchownSync(path, account.uid, account.gid);
  }
}

function makeOwn(path: string, mode: number, uid: number, gid: number): void {
  makeFolder(path, mode);
  if (!lstatSync(path).isDirectory()) throw new Error(`${path} is not a folder`);
  const now = lstatSync(path);
  // Under the service manager there is no right to do either, and no need.
  if (now.uid !== uid || now.gid !== gid) chownSync(path, uid, gid);
  chmodSync(path, mode);
}
