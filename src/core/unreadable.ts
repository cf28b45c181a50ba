import { errnoOf } from "./errors.ts";

/** errno(3) of open(2) and read(2), as the person who named the file understands it. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a part of the path is no folder",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  EISDIR: "it is a folder",
  ELOOP: "too many symbolic links",
};

/** Why this file cannot be read, in words. */
export function unreadable(file: string, error: unknown): string {
  const errno = errnoOf(error);
  return `${file}: ${WHY[errno] ?? (errno || String(error))}`;
}
