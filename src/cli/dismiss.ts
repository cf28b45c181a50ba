import type { Command } from "commander";
import { answered, globalsOf, must } from "./global-options.ts";
import { printJson, printRows } from "./output.ts";
import { person } from "./person.ts";
import { piece } from "./view/row.ts";
import { askWarden } from "./warden-client.ts";

/**
 * `swarms dismiss ID`. A proposal is declined by root with the warden itself: that is a decision of the guard. That an
 * incident is nothing is told to the hive, which learns from it: whoever may read its socket may say so.
 */
export function registerDismiss(program: Command): void {
  program
    .command("dismiss")
    .description("say that an incident is nothing, or decline a proposal that waits in advise mode")
    .argument("<id>", "an incident such as i-7k2m9q, or what waits, such as a-12")
    .action(async (id: string, _options: object, command: Command) => {
      const { json, paths, client } = globalsOf(command);
      const answer = id.startsWith("i-")
        ? { id, ...answered(await client.dismiss(id, person())) }
        : must(await askWarden(paths.control, { ask: "dismiss", id }));
      if (json) printJson(answer);
      else printRows([[piece(answer.says)]]);
    });
}
