import type { Command } from "commander";
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
      const undone = answered(await undo({ paths, client }, id));
      if (json) printJson({ id, ...undone });
      else printLines([undone.says]);
    });
}
