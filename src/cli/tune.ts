import type { Command } from "commander";
import { currentUid, globalsOf, must } from "./global-options.ts";

interface TuneFlags {
  resume?: boolean;
  apply?: boolean;
}

const MORE = `
FILE says what is run, what is measured and what may be changed (docs/tune.md). Its commands run as you.
Everything is as before at the end, however it ends; --apply then puts the best in force.`;

/** `swarms tune`: the best setting of any command, found and confirmed by measuring. */
export function registerTune(program: Command): void {
  program
    .command("tune")
    .description("find the best setting of any command by measuring it; nothing is left changed unless asked")
    .argument("<file>", "what is run, what is measured, what may be changed (YAML)")
    .option("--resume", "go on where an earlier tuning of this file was interrupted")
    .option("--apply", "put the best in force at the end: settings of the host and `set` commands")
    .addHelpText("after", MORE)
    .action(async (file: string, flags: TuneFlags, command: Command) => {
      const { json, paths } = globalsOf(command);
      const { runTune } = await import("../tune/run-tune.ts");
      const out = process.stdout;
      const status = await runTune({
        file,
        out,
        json,
        stateDir: paths.dir,
        resume: flags.resume === true,
        apply: flags.apply === true,
        uid: currentUid(),
        sudoUid: process.env["SUDO_UID"],
      });
      process.exitCode = must(status);
    });
}
