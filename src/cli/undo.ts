import type { Command } from "commander";
import { INCIDENTS } from "./confirm-incident.ts";
import { undo } from "./decisions.ts";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";

/** `swarms undo ID`: takes one change back; the layer does not repeat it for ten minutes. */
export function registerUndo(program: Command): void {
  program
    .command("undo")
    .description("take one change back, which is not repeated for a while, or a dismissal")
    .argument("<id>", "a change such as c-0017 (swarms status lists them), or a dismissed incident such as i-7k2m9q")
    .action(async (id: string, _options: object, command: Command) => {
      const { client, json, paths } = globalsOf(command);
      const undone = answered(await undo({ paths, client }, id), id.startsWith("i-") ? INCIDENTS : IN_FORCE);
      if (json) printJson({ id, ...undone });
      else printLines([undone.says]);
    });
}

/** Where a name is unknown, or its change was taken back before. */
const IN_FORCE = "`swarms status` lists what is in force, `swarms journal show` what became of the rest";
