import { readFileSync } from "node:fs";

/** uid and gid of an account (passwd(5)); undefined where there is none, or it is root's. */
export function readIdentity(
  name: string,
  passwd = readFileSync("/etc/passwd", "utf8"),
): { readonly uid: number; readonly gid: number } | undefined {
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find(([account]) => account === name);
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return uid > 0 && gid > 0 ? { uid, gid } : undefined;
}
