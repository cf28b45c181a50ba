import type { Command } from "commander";
import { EXIT } from "../core/errors.ts";
import { withoutOtherCapabilities } from "../warden/capabilities.ts";
import { isView, VIEWS } from "./run-view.ts";

/** `swarms run`: the layer in the foreground, until Ctrl-C or SIGTERM. */
export function registerRun(program: Command): void {
  program
    .command("run")
    .description(
      "run the layer: with a live view in a terminal, with plain lines elsewhere, with --json one document a line; Ctrl-C ends it",
    )
    .option("--view <how>", `${VIEWS.join(", ")} (auto: tty in a terminal, else plain)`, "auto")
    .option(
      "--no-dashboard",
      "serve no page (it is served on loopback, behind a link that is shown, unless the view is none)",
    )
    .action(async (options: { view: string; dashboard: boolean }, command: Command) => {
      if (!isView(options.view)) {
        command.error(`SW-USAGE: --view takes ${VIEWS.join(", ")}`, { exitCode: EXIT.usage });
      }
      const { state, config, json } = command.optsWithGlobals<{ state?: string; config?: string; json?: boolean }>();
      dropCapabilities();
      // Loaded here, so that help and mistyped commands stay quick.
      const { runLayer } = await import("./run-layer.ts");
      process.exitCode = await runLayer({
        view: isView(options.view) ? options.view : "auto",
        dashboard: options.dashboard,
        json: json === true,
        ...(state !== undefined && { state }),
        ...(config !== undefined && { config }),
      });
    });
}

/** As root this program is started anew in place (execve(2), the same pid) with the few capabilities that it needs. */
function dropCapabilities(): void {
  if (process.getuid?.() !== 0 || process.execve === undefined || process.env[DROPPED] !== undefined) return;
  const command = withoutOtherCapabilities([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  // Never twice: where it did not help, the layer runs with what it has, and `swarms doctor --security` says so.
  if (command !== undefined) process.execve(command[0], [...command], { ...process.env, [DROPPED]: "1" });
}

const DROPPED = "SWARMS_CAPABILITIES_DROPPED";
