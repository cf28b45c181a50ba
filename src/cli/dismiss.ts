import type { Command } from "commander";
import { WAITING } from "./approve.ts";
import { INCIDENTS } from "./confirm-incident.ts";
import { dismiss } from "./decisions.ts";
import { answered, globalsOf, must } from "./global-options.ts";
import { printJson, printRows } from "./output.ts";
import { piece } from "./view/row.ts";

/** `swarms dismiss ID`: an incident is nothing, or a proposal is declined (decisions.ts says by whom). */
export function registerDismiss(program: Command): void {
  program
    .command("dismiss")
    .description("say that an incident is nothing, or decline a proposal that waits in advise mode")
    .argument("<id>", "an incident such as i-7k2m9q, or what waits, such as a-12")
    .action(async (id: string, _options: object, command: Command) => {
      const { json, paths, client } = globalsOf(command);
      const said = await dismiss({ paths, client }, id);
      const answer = id.startsWith("i-") ? { id, ...answered(said, INCIDENTS) } : must(said, WAITING);
      if (json) printJson(answer);
      else printRows([[piece(answer.says)]]);
    });
}
