import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where an operator sets them (sysctl.d(5)); what the distribution ships below /usr/lib is nobody's wish in particular. */
const FILES = ["sysctl.conf"];
const FOLDERS = ["sysctl.d"];

/** The file below `etcRoot` that sets a sysctl by name or pattern, or says to leave it ("-name"); undefined where none does. */
export function operatorSetting(name: string, etcRoot = "/etc"): string | undefined {
  const inFolders = FOLDERS.flatMap((folder) => confFiles(join(etcRoot, folder)));
  return [...FILES.map((file) => join(etcRoot, file)), ...inFolders].find((file) => sets(file, name));
}

function confFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".conf"));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function sets(file: string, name: string): boolean {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return false;
  }
  return text.split("\n").some((line) => {
    const key = /^\s*-?([^#;=\s][^=]*?)\s*(?:=|$)/.exec(line)?.[1];
    return key !== undefined && matches(normal(key), name);
  });
}

/** Slashes and dots are each other's stand-ins: the first of the two that occurs parts the words. */
function normal(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  return first === "/" ? key.replaceAll(/[./]/g, (sign) => (sign === "/" ? "." : "/")) : key;
}

/** glob(7) by parts: "*" and "?" stay within one. */
function matches(pattern: string, name: string): boolean {
  const words = pattern
    .replaceAll(/[\\^$+.()|{}]/g, "\\$&")
    .replaceAll("*", "[^.]*")
    .replaceAll("?", "[^.]");
  try {
    return new RegExp(`^${words}$`).test(name);
  } catch {
    return false;
  }
}
