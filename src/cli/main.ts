import { complain } from "./complaint.ts";
import { createProgram } from "./program.ts";

async function main(args: readonly string[]): Promise<void> {
  try {
    await (await createProgram(args)).parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = complain(error, args.includes("--json"));
  }
}

// Whoever read our output has seen enough, as in `swarms incidents | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

await main(process.argv.slice(2));
