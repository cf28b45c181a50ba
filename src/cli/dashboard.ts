import type { Command } from "commander";
import type { People } from "../api/dashboard/asks.ts";
import { serveDashboard } from "../api/dashboard/server.ts";
import { EXIT } from "../core/errors.ts";
import { approve, type DecisionDesk, dismiss, undo } from "./decisions.ts";
import { answered, currentUid, type Globals, globalsOf, must } from "./global-options.ts";
import { person } from "./person.ts";
import { askWardenElse } from "./warden-client.ts";

/** `swarms dashboard`: the page of a layer that runs, on loopback, for whoever has the link; until Ctrl-C. */
export function registerDashboard(program: Command): void {
  program
    .command("dashboard")
    .description("the page of the running layer, on loopback, behind a link with a token; Ctrl-C ends it")
    .option("--port <number>", "listen there, or fail (default: 4780, or any where that is taken)")
    .option("--attached", "ends with whoever started it")
    .action(async (options: { port?: string; attached?: boolean }, command: Command) => {
      const port = options.port === undefined ? undefined : Number(options.port);
      if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
        command.error("SW-USAGE: --port takes a number from 0 (any) to 65535", { exitCode: EXIT.usage });
      const globals = globalsOf(command);
      // With the layer itself it may be up before that answers.
      if (options.attached !== true) answered(await globals.client.status());
      const served = must(
        await serveDashboard({
          client: globals.client,
          people: peopleOf(globals),
          ...(port !== undefined && { port }),
        }),
      );
      const { link } = served;
      if (options.attached === true) process.stdout.write(`${link}\n`);
      else process.stdout.write(globals.json ? `${JSON.stringify({ dashboard: link })}\n` : introduction(link));
      await ended(options.attached === true);
      await served.close();
    });
}

function introduction(link: string): string {
  return [
    `dashboard: ${link}`,
    "Whoever has this link may see and decide what you may. Ctrl-C ends it; the layer goes on.",
    `From another machine: ssh -L ${new URL(link).port}:127.0.0.1:${new URL(link).port} HOST, then the same link.`,
    "",
  ].join("\n");
}

/** The page decides in the name of the user who serves it. */
function peopleOf({ paths, client }: Globals): People {
  const desk: DecisionDesk = { paths, client };
  const name = `${person()} on the dashboard`;
  const restoreThroughHive = (): ReturnType<typeof client.restore> => client.restore(name);
  return {
    name,
    approve: (id) => approve(desk, id),
    dismiss: (id) => dismiss(desk, id),
    undo: (id) => undo(desk, id),
    restore: () =>
      currentUid() === 0 ? askWardenElse(paths.control, { ask: "restore" }, restoreThroughHive) : restoreThroughHive(),
  };
}

function ended(attached: boolean): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    // A terminal that closes, or whoever started it being gone.
    process.once("SIGHUP", () => resolve());
    if (attached)
      process.stdin
        .on("end", () => resolve())
        .on("error", () => resolve())
        .resume();
  });
}
