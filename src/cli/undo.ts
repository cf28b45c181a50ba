import type { Command } from "commander";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { person } from "./person.ts";

/** `swarms undo ID`: takes one change back; the layer does not repeat it for ten minutes. */
export function registerUndo(program: Command): void {
  program
    .command("undo")
    .description("take one change back; the layer does not repeat it for a while")
    .argument("<id>", "a change such as c-0017 (swarms status lists them)")
    .action(async (id: string, _options: object, command: Command) => {
      const { client, json } = globalsOf(command);
      const undone = answered(await client.undo(id, person()));
      if (json) printJson({ id, ...undone });
      else printLines([undone.says]);
    });
}
