import { errnoOf, SwarmsError } from "../core/errors.ts";

/** errno(3) of open(2) and write(2), as the person who named the file understands it. */
const WHY: Readonly<Record<string, string>> = {
  EEXIST: "it is there already",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of the path is no folder",
  EACCES: "no permission to write there",
  EROFS: "nothing can be written there",
  ENOSPC: "the disk is full",
  EDQUOT: "no more may be written there (quota)",
};

/** That a file which a person named cannot be written, with the reason. */
export function unwritable(file: string, error: unknown): SwarmsError {
  const errno = errnoOf(error);
  return new SwarmsError("SW-FILE-WRITE", `${file}: ${WHY[errno] ?? (errno || String(error))}`, { cause: error });
}
