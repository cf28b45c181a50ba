import type { Command } from "commander";
import { systemClock } from "../core/clock.ts";
import { SwarmsError } from "../core/errors.ts";
import { restoreFromJournal } from "../guard/restore.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { existsSync } from "node:fs";
import { currentUid, globalsOf, must } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { person } from "./person.ts";

/** `swarms restore`: everything that the layer changed is put back, by the layer or, where none runs, by hand. */
export function registerRestore(program: Command): void {
  program
    .command("restore")
    .description("put back everything that the layer changed, whether it runs or not")
    .action(async (_options: object, command: Command) => {
      const { client, json, paths } = globalsOf(command);
      const asked = await client.restore(person());
      if (asked.ok || asked.code !== "SW-NOT-RUNNING") {
        const { says } = must(asked);
        return json ? printJson({ by: "the running layer", says }) : printLines([says]);
      }
      const reverted = fromJournal(paths.journal);
      if (json) return printJson({ by: "the journal", reverted });
      const lines = reverted.map(({ action, says }) => `${action}: ${says}`);
      printLines(
        lines.length > 0 ? lines : ["nothing to put back: no layer runs, and its journal holds no open change"],
      );
    });
}

function fromJournal(folder: string): ReturnType<typeof restored> {
  if (currentUid() !== 0)
    throw new SwarmsError("SW-NEEDS-ROOT", "no layer answers, and only root may write what it changed");
  // A folder that was never used must not come into being by asking.
  return existsSync(folder) ? restored(folder) : [];
}

function restored(folder: string) {
  const fs = new CgroupFs(probeCgroupLayout());
  return must(restoreFromJournal({ folder, fs, clock: systemClock, cause: "restore" }));
}
