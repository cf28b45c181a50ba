import { SwarmsError } from "../core/errors.ts";
import { wordsIn } from "./commands.ts";
import { complain } from "./complaint.ts";
import { createProgram, namedCommand } from "./program.ts";

async function main(args: readonly string[]): Promise<void> {
  const program = await createProgram(args);
  try {
    const [word, topic] = wordsIn(args);
    // commander's own answer is the whole help, and that a command is missing.
    if (
      word === "help" &&
      topic !== undefined &&
      topic !== "help" &&
      !program.commands.some((each) => each.name() === topic)
    )
      throw new SwarmsError("SW-USAGE", `unknown command '${topic}'`, { todo: "see `swarms --help`" });
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = complain(error, args.includes("--json"), namedCommand(program, args));
  }
}

// Whoever read our output has seen enough, as in `swarms incidents | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

await main(process.argv.slice(2));
