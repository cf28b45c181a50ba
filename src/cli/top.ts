import { Option, type Command } from "commander";
import { SwarmsError } from "../core/errors.ts";
import { answered, globalsOf } from "./global-options.ts";
import { frameOptions, printJson, printLines } from "./output.ts";
import { renderFrame } from "./view/frame.ts";
import { runTop } from "./view/run-top.ts";

/** `swarms top`: the live view of a layer that runs. */
export function registerTop(program: Command): void {
  program
    .command("top")
    .description("the live view of the running layer; q leaves it")
    .option("--once", "print one frame and end")
    .addOption(new Option("--attached", "the view of `swarms run` itself").hideHelp())
    .action(async (options: { once?: boolean; attached?: boolean }, command: Command) => {
      const { client, json, paths } = globalsOf(command);
      if (options.once === true || json) {
        const status = answered(await client.status());
        if (json) printJson(status);
        else printLines(renderFrame(status, frameOptions()));
        return;
      }
      if (!process.stdout.isTTY)
        throw new SwarmsError("SW-USAGE", "the live view needs a terminal: use --once, or `swarms status`");
      if (options.attached !== true) answered(await client.status());
      const attached = options.attached === true;
      process.exitCode = await runTop({ socketPath: paths.socket, out: process.stdout, in: process.stdin, attached });
    });
}
