import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { Reverted } from "../core/action.ts";
import { systemClock } from "../core/clock.ts";
import { ok, SwarmsError, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { restoreFromJournal } from "../guard/restore.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { kernelAccess } from "../kernel/kernel-access.ts";
import { confirmRestored, openChanges } from "./confirm.ts";
import { currentUid, globalsOf, must } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { person } from "./person.ts";
import { askWardenElse } from "./warden-client.ts";
import { readableJournal } from "./readable-journal.ts";
import { wardenWords } from "./warden-note.ts";

type Failure = Extract<Result<never>, { readonly ok: false }>;

/** `swarms restore`: everything that the layer changed is put back, by the layer or, where none runs, by hand. */
export function registerRestore(program: Command): void {
  program
    .command("restore")
    .description("put back everything that the layer changed, whether it runs or not")
    .action(async (_options: object, command: Command) => {
      const { client, json, paths } = globalsOf(command);
      const isRoot = currentUid() === 0;
      const tunings = await fromTunings(paths);
      if (!json) printLines(tunings);
      const before = isRoot ? openChanges(paths.journal) : ok([]);
      const throughHive = (): ReturnType<typeof client.restore> => client.restore(person());
      const asked = isRoot ? await askWardenElse(paths.control, { ask: "restore" }, throughHive) : await throughHive();
      if (asked.ok || !isRoot) {
        if (!asked.ok && asked.code === "SW-NOT-RUNNING")
          throw new SwarmsError("SW-NEEDS-ROOT", "no layer answers, and only root may write what it changed");
        const { says } = must(asked);
        // Only root may read the journal, so only root can do better than believe.
        if (isRoot) must(confirmRestored(paths, must(before)));
        return json ? printJson({ by: "the running layer", says, tunings }) : printLines([says]);
      }
      const reverted = tunings.length > 0 && !existsSync(paths.journal) ? [] : fromJournal(paths, asked);
      if (json) return printJson({ by: "the journal", reverted, tunings });
      const lines = reverted.map(({ action, says }) => `${action}: ${says}`);
      printLines(
        lines.length + tunings.length > 0
          ? lines
          : ["nothing to put back: no layer runs, and its journal holds no open change"],
      );
    });
}

/** What tunings changed that were killed, and their sentinels with them. */
async function fromTunings({ dir }: StatePaths): Promise<string[]> {
  const { putBackDead, tunePaths } = await import("../tune/put-back.ts");
  const fs = new CgroupFs(probeCgroupLayout(), kernelAccess());
  return (await putBackDead(tunePaths(dir), fs, systemClock)).map((line) => `tune: ${printable(line, 500)}`);
}

/** Without an answer the journal tells what to put back, unless a warden still holds it: then that one must. */
function fromJournal({ journal, note }: StatePaths, asked: Failure): Reverted[] {
  readableJournal(journal);
  const fs = new CgroupFs(probeCgroupLayout(), kernelAccess());
  const restored = restoreFromJournal({ folder: journal, fs, clock: systemClock, cause: "restore" });
  if (restored.ok || restored.code !== "SW-STATE-BUSY") return must(restored);
  const code = asked.code === "SW-NOT-RUNNING" ? "SW-NO-ANSWER" : asked.code;
  throw new SwarmsError(code, `nothing was put back (${asked.code}: ${asked.says}); ${wardenWords(note)}`);
}
