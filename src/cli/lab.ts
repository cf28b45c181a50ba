import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { globalsOf } from "./global-options.ts";

interface FirstLight {
  rounds: number;
  seconds: number;
  report?: string;
  keepOpen?: boolean;
}

/** `swarms lab`: experiments on processes and cgroups of the lab's own. */
export function registerLab(program: Command): void {
  const lab = program.command("lab").description("experiments on processes of the lab's own; nothing else is touched");
  lab
    .command("first-light")
    .description("both use cases in about a minute: a service beside batch work, and a dropper that is frozen (root)")
    .option("--rounds <count>", "rounds with the layer on, and as many off", between(2, 50), 5)
    .option("--seconds <count>", "length of a round", between(1, 60), 4)
    .option("--report <file>", "where the HTML report goes (default: the state folder)")
    .option("--keep-open", "leave everything running after the report, until Ctrl-C")
    .action(async (options: FirstLight, command: Command) => {
      const { json, paths } = globalsOf(command);
      const { state } = command.optsWithGlobals<{ state?: string }>();
      const reportPath =
        options.report ?? (state === undefined ? undefined : join(paths.dir, "swarms-first-light.html"));
      const { runFirstLight } = await import("../lab/first-light.ts");
      process.exitCode = await runFirstLight({
        out: process.stdout,
        json,
        rounds: options.rounds,
        roundSeconds: options.seconds,
        keepOpen: options.keepOpen === true,
        ...(reportPath !== undefined && { reportPath }),
      });
    });
}

function between(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`give ${low} to ${high}.`);
    return value;
  };
}
