import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OWN = fileURLToPath(new URL("../../rules/", import.meta.url));

/** The layer's own rule files, by name. */
export function ruleFiles(folder = OWN): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^[^.].*\.yaml$/.test(name) && !name.endsWith(".test.yaml"))
    .sort()
    .map((name) => `${folder}${name}`);
}
