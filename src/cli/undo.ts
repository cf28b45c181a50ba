import type { Command } from "commander";
import { type ErrorCode, SwarmsError } from "../core/errors.ts";
import { confirmUndone, wardenPid, wardenWords } from "./confirm.ts";
import { answered, currentUid, globalsOf, must } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { person } from "./person.ts";
import { askWardenElse } from "./warden-client.ts";

/** `swarms undo ID`: takes one change back; the layer does not repeat it for ten minutes. */
export function registerUndo(program: Command): void {
  program
    .command("undo")
    .description("take one change back, which is not repeated for a while, or a dismissal")
    .argument("<id>", "a change such as c-0017 (swarms status lists them), or a dismissed incident such as i-7k2m9q")
    .action(async (id: string, _options: object, command: Command) => {
      const { client, json, paths } = globalsOf(command);
      if (id.startsWith("i-")) {
        const reopened = answered(await client.reopen(id, person()));
        return json ? printJson({ id, ...reopened }) : printLines([reopened.says]);
      }
      const isRoot = currentUid() === 0;
      const throughHive = (): ReturnType<typeof client.undo> => client.undo(id, person());
      const asked = isRoot ? await askWardenElse(paths.control, { ask: "undo", id }, throughHive) : await throughHive();
      if (isRoot && !asked.ok && UNSURE.has(asked.code) && wardenPid(paths.note) !== undefined) {
        const code = asked.code === "SW-NOT-RUNNING" ? "SW-NO-ANSWER" : asked.code;
        throw new SwarmsError(code, `${asked.says}; ${wardenWords(paths.note)}`);
      }
      const undone = answered(asked);
      // Only root may read the journal, so only root can do better than believe.
      if (isRoot) must(confirmUndone(paths, id));
      if (json) printJson({ id, ...undone });
      else printLines([undone.says]);
    });
}

/** While a warden lives, nobody knows after these whether it was done. */
const UNSURE: ReadonlySet<ErrorCode> = new Set(["SW-NO-ANSWER", "SW-NOT-RUNNING", "SW-INTERNAL"]);
