import type { Command } from "commander";
import { answered, globalsOf } from "./global-options.ts";
import { frameOptions, printJson, printLines } from "./output.ts";
import { renderStatus } from "./view/frame.ts";

/** `swarms status`: what the running layer sees and does now. */
export function registerStatus(program: Command): void {
  program
    .command("status")
    .description("what the running layer sees and does now")
    .action(async (_options: object, command: Command) => {
      const { client, json } = globalsOf(command);
      const status = answered(await client.status());
      if (json) printJson(status);
      else printLines(renderStatus(status, frameOptions()));
    });
}
