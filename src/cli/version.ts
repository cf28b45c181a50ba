import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version in package.json, two folders up from src/cli and from dist/cli alike. */
export const version: string = readVersion();

function readVersion(): string {
  const file = join(dirname(fileURLToPath(import.meta.url)), "../../package.json");
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof parsed === "object" && parsed !== null && "version" in parsed ? String(parsed.version) : "unknown";
}
