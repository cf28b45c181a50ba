import { complain } from "./complaint.ts";
import { createProgram, namedCommand } from "./program.ts";

async function main(args: readonly string[]): Promise<void> {
  const program = await createProgram(args);
  try {
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
