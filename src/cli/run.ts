import type { Command } from "commander";
import { EXIT } from "../core/errors.ts";
import { isView, VIEWS } from "./run-view.ts";

/** `swarms run`: the layer in the foreground, until Ctrl-C or SIGTERM. */
export function registerRun(program: Command): void {
  program
    .command("run")
    .description("run the layer: with a live view in a terminal, with plain lines elsewhere; Ctrl-C ends it")
    .option("--view <how>", `${VIEWS.join(", ")} (auto: tty in a terminal, else plain)`, "auto")
    .action(async (options: { view: string }, command: Command) => {
      if (!isView(options.view)) {
        command.error(`SW-USAGE: --view takes ${VIEWS.join(", ")}`, { exitCode: EXIT.usage });
      }
      const { state, config } = command.optsWithGlobals<{ state?: string; config?: string }>();
      // Loaded here, so that help and mistyped commands stay quick.
      const { runLayer } = await import("./run-layer.ts");
      process.exitCode = await runLayer({
        view: isView(options.view) ? options.view : "auto",
        ...(state !== undefined && { state }),
        ...(config !== undefined && { config }),
      });
    });
}
