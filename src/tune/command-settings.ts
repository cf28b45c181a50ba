import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { KnobFile } from "./tune-file.ts";
import { runShell, type ShellOptions, type ShellResult } from "./shell.ts";

type CommandKnob = Pick<KnobFile, "set" | "read" | "reset">;

/** The command that sets a knob to a value. */
export function setCommand({ set = "" }: CommandKnob, value: string): string {
  return set.replaceAll("{value}", () => value);
}

/** The value in force, as `read` prints it; undefined where there is no such command. SW-TUNE. */
export async function readValue(
  name: string,
  knob: CommandKnob,
  shell: ShellOptions,
): Promise<Result<string | undefined>> {
  if (knob.read === undefined) return ok(undefined);
  const result = await runShell(knob.read, shell);
  return result.ok ? ok(result.stdout.trim()) : failed("SW-TUNE", complaint(name, "read", result));
}

/** The command that undoes whatever `set` does: `reset`, else the former value once more. */
export function resetCommand(knob: CommandKnob, former: string): string {
  return knob.reset ?? setCommand(knob, former);
}

export function complaint(name: string, what: string, { says }: ShellResult): string {
  return `the \`${what}\` command of ${printable(name, 64)}: ${printable(says, 300)}`;
}
