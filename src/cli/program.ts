import { Command } from "commander";
import { COMMANDS, commandsFor, headingOf, wordsIn } from "./commands.ts";
import { version } from "./version.ts";

const EXAMPLES = `
Examples:
  swarms run                       watch this host live; changes nothing
  swarms doctor                    what this kernel offers, and what it lacks
  swarms lab first-light           both use cases, on real processes, a minute
  swarms explain c-0017            why a change was made, and how to undo it
  swarms confirm i-7k2m9q          it is real: know its like at once from now on
  swarms status --json | jq .signals

Exit status is by sysexits(3): 64 usage, 66 not found, 69 not available,
77 permission, 78 configuration.`;

/**
 * The command line as commander has it. Only the command that was asked for is loaded; help, and words that are no command,
 * need all of them, and so do man pages and completions, which pass no words.
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("swarms")
    .description("Many small agents between the Linux kernel and the services of a host.")
    .version(version, "-V, --version", "print the version")
    .option("--state <dir>", "state folder (default: /var/lib/swarms for root, else ~/.local/state/swarms)")
    .option("--config <file>", "configuration file (default: /etc/swarms/swarms.yaml and conf.d beside it)")
    .option("--json", "print JSON, errors too")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const name of commandsFor(args)) (await COMMANDS[name]())(program);
  program.commandsGroup(headingOf("help")).helpCommand(true);
  for (const command of program.commands) command.helpGroup(headingOf(command.name()));
  return program;
}

/** The command that these arguments ask for, as far as there is one: "swarms journal show". */
export function namedCommand(program: Command, args: readonly string[]): string {
  const path = [program.name()];
  let at: Command | undefined = program;
  for (const word of wordsIn(args)) {
    at = at.commands.find((command) => command.name() === word);
    if (at === undefined) break;
    path.push(at.name());
  }
  return path.join(" ");
}
