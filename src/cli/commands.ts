import type { Command } from "commander";

export type Register = (program: Command) => void;

/** Every command, in the order of the help, and where it lives. */
export const COMMANDS = {
  run: async () => (await import("./run.ts")).registerRun,
  top: async () => (await import("./top.ts")).registerTop,
  status: async () => (await import("./status.ts")).registerStatus,
  incidents: async () => (await import("./incidents.ts")).registerIncidents,
  explain: async () => (await import("./explain.ts")).registerExplain,
  undo: async () => (await import("./undo.ts")).registerUndo,
  restore: async () => (await import("./restore.ts")).registerRestore,
  journal: async () => (await import("./journal.ts")).registerJournal,
  validate: async () => (await import("./validate.ts")).registerValidate,
  doctor: async () => (await import("./doctor.ts")).registerDoctor,
  lab: async () => (await import("./lab.ts")).registerLab,
} as const satisfies Record<string, () => Promise<Register>>;

export type CommandName = keyof typeof COMMANDS;

const WITH_VALUE = new Set(["--state", "--config"]);

/** The command that the arguments name; undefined where they name none that exists. */
export function commandIn(args: readonly string[]): CommandName | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (WITH_VALUE.has(arg)) at++;
    else if (!arg.startsWith("-")) return Object.hasOwn(COMMANDS, arg) ? (arg as CommandName) : undefined;
  }
  return undefined;
}
