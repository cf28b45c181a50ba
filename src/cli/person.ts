import { userInfo } from "node:os";
import { printable } from "../core/printable.ts";

/** Who asks, for the journal: the user, and through sudo the one behind it. */
export function person(): string {
  const behind = process.env["SUDO_USER"] ?? "";
  return printable(behind === "" ? userName() : `${behind} as ${userName()}`, 100);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "?"}`;
  }
}
