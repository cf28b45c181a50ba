import { errnoOf } from "./errors.ts";

/** errno(3) of open(2) and write(2), as the person who named the file understands it. */
const WHY: Readonly<Record<string, string>> = {
  EEXIST: "it is there already",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  EACCES: "no permission to write there",
  EROFS: "nothing can be written there",
  ENOSPC: "the disk is full",
  EDQUOT: "no more may be written there (quota)",
};

/** Why a file that a person named cannot be written. */
export function whyUnwritable(error: unknown): string {
  const errno = errnoOf(error);
  return WHY[errno] ?? (errno || String(error));
}
