import type { Command } from "commander";

export type Register = (program: Command) => void;

/** Every command, in the order of the help, and where it lives. */
export const COMMANDS = {
  run: async () => (await import("./run.ts")).registerRun,
  top: async () => (await import("./top.ts")).registerTop,
  status: async () => (await import("./status.ts")).registerStatus,
  incidents: async () => (await import("./incidents.ts")).registerIncidents,
  explain: async () => (await import("./explain.ts")).registerExplain,
  approve: async () => (await import("./approve.ts")).registerApprove,
  dismiss: async () => (await import("./dismiss.ts")).registerDismiss,
  confirm: async () => (await import("./confirm-incident.ts")).registerConfirm,
  memory: async () => (await import("./memory.ts")).registerMemory,
  undo: async () => (await import("./undo.ts")).registerUndo,
  restore: async () => (await import("./restore.ts")).registerRestore,
  journal: async () => (await import("./journal.ts")).registerJournal,
  trails: async () => (await import("./trails.ts")).registerTrails,
  validate: async () => (await import("./validate.ts")).registerValidate,
  policy: async () => (await import("./policy.ts")).registerPolicy,
  rules: async () => (await import("./rules.ts")).registerRules,
  sequences: async () => (await import("./sequences.ts")).registerSequences,
  doctor: async () => (await import("./doctor.ts")).registerDoctor,
  record: async () => (await import("./record.ts")).registerRecord,
  replay: async () => (await import("./replay.ts")).registerReplay,
  tune: async () => (await import("./tune.ts")).registerTune,
  lab: async () => (await import("./lab.ts")).registerLab,
} as const satisfies Record<string, () => Promise<Register>>;

export type CommandName = keyof typeof COMMANDS;

const ALL = Object.keys(COMMANDS) as CommandName[];
const WITH_VALUE = new Set(["--state", "--config"]);

/** The commands to load: the one that the arguments name, none for the version, all for help and for words that are no command. */
export function commandsFor(args: readonly string[]): readonly CommandName[] {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (WITH_VALUE.has(arg)) at++;
    else if (arg === "-V" || arg === "--version") return [];
    else if (!arg.startsWith("-")) return Object.hasOwn(COMMANDS, arg) ? [arg as CommandName] : ALL;
  }
  return ALL;
}
