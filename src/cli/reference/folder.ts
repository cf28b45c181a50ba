import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Names of pages that are not as the tables have them: other, missing, or of nothing any more. */
export function stalePages(folder: string, pages: ReadonlyMap<string, string>): string[] {
  const names = new Set([...filesIn(folder), ...pages.keys()]);
  return [...names].filter((name) => textOf(join(folder, name)) !== pages.get(name)).sort();
}

/** Makes the folder hold these pages and no other. Gives the names of those that changed. */
export function writePages(folder: string, pages: ReadonlyMap<string, string>): string[] {
  mkdirSync(folder, { recursive: true });
  const stale = stalePages(folder, pages);
  for (const name of stale) {
    const text = pages.get(name);
    if (text === undefined) rmSync(join(folder, name));
    else writeFileSync(join(folder, name), text);
  }
  return stale;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".md"));
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
