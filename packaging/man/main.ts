import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandTable } from "../../src/cli/command-table.ts";
import { createProgram } from "../../src/cli/program.ts";
import { version } from "../../src/cli/version.ts";
import { swarms1 } from "./swarms-1.ts";
import { swarmsYaml5 } from "./swarms-yaml-5.ts";

/**
 * Writes the manual pages into a folder: `node packaging/man/main.ts FOLDER`. SOURCE_DATE_EPOCH (seconds) is their date
 * (reproducible-builds.org/specs/source-date-epoch), else the day of the machine.
 */
export async function manualPages(epochSeconds: number): Promise<Readonly<Record<string, string>>> {
  const about = { version, date: new Date(epochSeconds * 1000).toISOString().slice(0, 10) };
  return {
    "swarms.1": swarms1(commandTable(await createProgram([])), about),
    "swarms.yaml.5": swarmsYaml5(about),
  };
}

const [folder] = process.argv.slice(2);
if (import.meta.main && folder !== undefined) {
  const epoch = Number(process.env["SOURCE_DATE_EPOCH"] ?? Date.now() / 1000);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(await manualPages(epoch))) writeFileSync(join(folder, name), text);
}
