import { Argument, type Command } from "commander";
import { commandTable } from "./command-table.ts";
import { bashCompletion } from "./completion/bash.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

const EXAMPLES = `
Examples:
  swarms completion bash > /etc/bash_completion.d/swarms
  swarms completion zsh  > ~/.zsh/completions/_swarms      (a folder of your $fpath)
  swarms completion fish > ~/.config/fish/completions/swarms.fish`;

/** `swarms completion`: the script that lets a shell complete this command line. */
export function registerCompletion(program: Command): void {
  program
    .command("completion")
    .description("print the script that lets your shell complete commands and options")
    .addArgument(new Argument("<shell>", "which shell it is for").choices(Object.keys(SHELLS)))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: keyof typeof SHELLS) => {
      // All commands are needed, not this one alone; loaded here, for that module imports the list of commands.
      const { createProgram } = await import("./program.ts");
      process.stdout.write(SHELLS[shell](commandTable(await createProgram([]))));
    });
}
