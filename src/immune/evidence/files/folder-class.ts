import { printable } from "../../../core/printable.ts";
import { masked } from "../../programs/executable.ts";

/** Below these everything is one class: whose names there mean nothing. Longest first. */
const TEMPORARY = ["/var/tmp", "/dev/shm", "/run/user", "/tmp"] as const;
/** What lies there is no file that stays. */
const NO_FILES = /^\/(?:proc|sys|dev)\//;
/** `/var/lib/app` tells an application from another; what is deeper is its own matter. */
const PARTS = 3;
/** Three names have up to 765 bytes; what is longer than 512 is not remembered (habits.ts). */
const LONGEST = 160;

/**
 * Which kind of folder a file lies in: the first three names of its path, with numbers and hexadecimal names, and who is at home in /home, as one; undefined of
 * kernel files and devices. Printable.
 */
export function folderClass(path: string): string | undefined {
  const temporary = TEMPORARY.find((folder) => path.startsWith(`${folder}/`));
  if (temporary !== undefined) return temporary;
  if (!path.startsWith("/") || NO_FILES.test(path)) return undefined;
  const parts = path.split("/").slice(1, -1).slice(0, PARTS);
  const kind = parts.map((part, at) => (at === 1 && parts[0] === "home" ? "*" : masked(part))).join("/");
  return printable(`/${kind}`, LONGEST);
}
