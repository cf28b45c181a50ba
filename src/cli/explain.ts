import type { Command } from "commander";
import { explanationRows } from "./explanation.ts";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printRows, textWidth } from "./output.ts";

/** `swarms explain ID`: why a change was made, or what an incident is made of. */
export function registerExplain(program: Command): void {
  program
    .command("explain")
    .description("all about a change or an incident: what, why, evidence, from, to, until, undo")
    .argument("<id>", "a change such as c-0017, or an incident such as i-7k2m9q")
    .action(async (id: string, _options: object, command: Command) => {
      const { client, json } = globalsOf(command);
      const explanation = answered(await client.explain(id));
      if (json) printJson(explanation);
      else printRows(explanationRows(explanation, textWidth()));
    });
}
