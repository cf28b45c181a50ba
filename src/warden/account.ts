import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { failed, ok, type Result } from "../core/errors.ts";
import { listPids } from "../kernel/procfs.ts";
import type { Account } from "./room.ts";

/** `hive.user` for a user id that nobody else has. */
export const OWN_USER = "own";

/** User ids that no distribution hands out (systemd's UIDS-GIDS: 60578 to 61183 are unused). */
const OWN_UIDS = { first: 61_000, last: 61_183 } as const;

interface Places {
  readonly passwd?: string;
  readonly procRoot?: string;
  /** The hive's folder: whom it belonged to before, it belongs to again. */
  readonly folder?: string;
  /** User ids that are about to be somebody's. */
  readonly avoid?: readonly number[];
}

/**
 * The unprivileged account of the hive. "own": a user id of its own, without an entry in the password file, so that no
 * other program can read its memory, talk to its socket or signal it. Else an account by name (passwd(5)); uid 0 is
 * refused, for that would be no separation at all.
 */
export function findAccount(name: string, places: Places = {}): Result<Account> {
  const file = places.passwd ?? "/etc/passwd";
  const accounts = readAccounts(file);
  if (accounts === undefined) return failed("SW-CONFIG-VALUE", `hive.user: ${file} cannot be read`);
  if (name === OWN_USER) return ownAccount(accounts, places);
  const account = accounts.find((each) => each.name === name);
  if (account === undefined) return failed("SW-CONFIG-VALUE", `hive.user: there is no account "${name}" on this host`);
  if (account.uid === 0)
    return failed("SW-CONFIG-VALUE", `hive.user: "${name}" is root; the hive must be unprivileged`);
  return ok(account);
}

function ownAccount(accounts: readonly Account[], { procRoot = "/proc", folder, avoid = [] }: Places): Result<Account> {
  const taken = new Set([...accounts.map((each) => each.uid), ...runningUids(procRoot), ...avoid]);
  const before = folder === undefined ? undefined : statSync(folder, { throwIfNoEntry: false })?.uid;
  const candidates = Array.from({ length: OWN_UIDS.last - OWN_UIDS.first + 1 }, (_, i) => OWN_UIDS.first + i);
  const uid =
    candidates.find((each) => each === before && !taken.has(each)) ?? candidates.find((each) => !taken.has(each));
  if (uid === undefined)
    return failed("SW-CONFIG-VALUE", `hive.user: no user id from ${OWN_UIDS.first} on is free; name an account`);
  return ok({ name: OWN_USER, uid, gid: uid });
}

function readAccounts(file: string): Account[] | undefined {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line) => {
        const [name, , uid, gid] = line.split(":");
        const account = { name: name ?? "", uid: Number(uid), gid: Number(gid) };
        return uid !== undefined && Number.isInteger(account.uid) && Number.isInteger(account.gid) ? [account] : [];
      });
  } catch {
    return undefined;
  }
}

function runningUids(procRoot: string): number[] {
  return listPids(procRoot).flatMap(
    (pid) => statSync(join(procRoot, String(pid)), { throwIfNoEntry: false })?.uid ?? [],
  );
}
