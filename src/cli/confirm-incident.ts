import type { Command } from "commander";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { person } from "./person.ts";

/** `swarms confirm ID`: the other answer to an incident than `swarms dismiss`. */
export function registerConfirm(program: Command): void {
  program
    .command("confirm")
    .description("say that an incident is what it says: its like is recognised at once from now on")
    .argument("<id>", "an incident such as i-7k2m9q")
    .action(async (id: string, _options: object, command: Command) => {
      const { json, client } = globalsOf(command);
      const confirmed = answered(await client.confirm(id, person()), INCIDENTS);
      if (json) printJson({ id, ...confirmed });
      else printLines([confirmed.says]);
    });
}

/** Where a name is unknown. */
export const INCIDENTS = "`swarms incidents` lists them";
