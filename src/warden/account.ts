import { readFileSync } from "node:fs";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Account } from "./room.ts";

/** Looks an account up in the password file (passwd(5)); refuses uid 0, which would be no separation at all. */
export function findAccount(name: string, file = "/etc/passwd"): Result<Account> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return failed("SW-CONFIG-VALUE", `hive.user: ${file} cannot be read`);
  }
  const line = text.split("\n").find((entry) => entry.startsWith(`${name}:`));
  const fields = line?.split(":") ?? [];
  const uid = Number(fields[2]);
  const gid = Number(fields[3]);
  if (line === undefined || !Number.isInteger(uid) || !Number.isInteger(gid)) {
    return failed("SW-CONFIG-VALUE", `hive.user: there is no account "${name}" on this host`);
  }
  if (uid === 0) return failed("SW-CONFIG-VALUE", `hive.user: "${name}" is root; the hive must be unprivileged`);
  return ok({ name, uid, gid });
}
