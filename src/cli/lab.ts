import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../core/errors.ts";
import { globalsOf } from "./global-options.ts";

interface FirstLight {
  rounds: number;
  seconds: number;
  report?: string;
  keepOpen?: boolean;
}

interface Attack {
  quick?: boolean;
  scenario?: readonly string[];
  seed: number;
  report?: string;
  check?: boolean;
  evasions?: boolean;
  ablation: boolean;
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
  registerAttack(lab);
}

function registerAttack(lab: Command): void {
  lab
    .command("attack")
    .description(
      "some seventy harmless attacks and a benign set as real processes: what is noticed, how soon, what falsely (root)",
    )
    .option("--quick", "a few of them, in under a minute")
    .option("--scenario <ids>", "only these, by id or what stands before its dot, with commas between", listOf)
    .option("--evasions", "ways of hiding instead of attacks, held against the threat model")
    .option("--seed <number>", "of the order in which they are played", between(1, 1_000_000), 1)
    .option("--report <file>", "where the HTML report goes (default: none)")
    .option("--no-ablation", "without the replays that tell what each kind of evidence is worth")
    .option("--check", "end with 1 where a bar is missed")
    .action(async (options: Attack, command: Command) => {
      const { runLabAttack } = await import("../lab/attack/attack.ts");
      const status = await runLabAttack({
        out: process.stdout,
        json: globalsOf(command).json,
        quick: options.quick === true,
        only: options.scenario ?? [],
        seed: options.seed,
        evasions: options.evasions === true,
        ablation: options.ablation,
        reportPath: options.report,
      });
      process.exitCode = status === EXIT.failed && options.check !== true ? EXIT.ok : status;
    });
}

function listOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function between(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`give ${low} to ${high}.`);
    return value;
  };
}
