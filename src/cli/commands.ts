import type { Command } from "commander";

export type Register = (program: Command) => void;

/** Every command, in the order of the help, and where it lives. */
export const COMMANDS = {
  run: async () => (await import("./run.ts")).registerRun,
  top: async () => (await import("./top.ts")).registerTop,
  dashboard: async () => (await import("./dashboard.ts")).registerDashboard,
  status: async () => (await import("./status.ts")).registerStatus,
  incidents: async () => (await import("./incidents.ts")).registerIncidents,
  explain: async () => (await import("./explain.ts")).registerExplain,
  approve: async () => (await import("./approve.ts")).registerApprove,
  dismiss: async () => (await import("./dismiss.ts")).registerDismiss,
  confirm: async () => (await import("./confirm-incident.ts")).registerConfirm,
  memory: async () => (await import("./memory.ts")).registerMemory,
  undo: async () => (await import("./undo.ts")).registerUndo,
  restore: async () => (await import("./restore.ts")).registerRestore,
  doctor: async () => (await import("./doctor.ts")).registerDoctor,
  validate: async () => (await import("./validate.ts")).registerValidate,
  policy: async () => (await import("./policy.ts")).registerPolicy,
  rules: async () => (await import("./rules.ts")).registerRules,
  sequences: async () => (await import("./sequences.ts")).registerSequences,
  trails: async () => (await import("./trails.ts")).registerTrails,
  bugreport: async () => (await import("./bugreport.ts")).registerBugreport,
  "log-level": async () => (await import("./log-level.ts")).registerLogLevel,
  plugins: async () => (await import("./plugins.ts")).registerPlugins,
  completion: async () => (await import("./completion.ts")).registerCompletion,
  journal: async () => (await import("./journal.ts")).registerJournal,
  record: async () => (await import("./record.ts")).registerRecord,
  replay: async () => (await import("./replay.ts")).registerReplay,
  mcp: async () => (await import("./mcp.ts")).registerMcp,
  tune: async () => (await import("./tune.ts")).registerTune,
  lab: async () => (await import("./lab.ts")).registerLab,
} as const satisfies Record<string, () => Promise<Register>>;

export type CommandName = keyof typeof COMMANDS;

/** Headings of the help, each with its commands. */
const HEADINGS: Readonly<Record<string, readonly CommandName[]>> = {
  "See what happens:": ["run", "top", "dashboard", "status", "incidents", "explain", "mcp"],
  "Decide and undo:": ["approve", "dismiss", "confirm", "memory", "undo", "restore"],
  "Set up and check:": [
    "doctor",
    "validate",
    "policy",
    "rules",
    "sequences",
    "trails",
    "plugins",
    "log-level",
    "bugreport",
    "completion",
  ],
  "Look back:": ["journal", "record", "replay"],
  "Measure:": ["tune", "lab"],
};

/** Under which heading of the help a command stands. */
export function headingOf(name: string): string {
  const found = Object.entries(HEADINGS).find(([, names]) => (names as readonly string[]).includes(name));
  return found?.[0] ?? "Help:";
}

const ALL = Object.keys(COMMANDS) as CommandName[];
const WITH_VALUE = new Set(["--state", "--config"]);

/** The words of a command line that are neither an option nor the value of one that every command understands. */
export function* wordsIn(args: readonly string[]): Generator<string> {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (WITH_VALUE.has(arg)) at++;
    else if (!arg.startsWith("-")) yield arg;
  }
}

/** The commands to load: the one that the arguments name, none for the version, all for help and for words that are no command. */
export function commandsFor(args: readonly string[]): readonly CommandName[] {
  const [word] = wordsIn(args);
  const before = word === undefined ? args : args.slice(0, args.indexOf(word));
  if (before.includes("-V") || before.includes("--version")) return [];
  return word !== undefined && Object.hasOwn(COMMANDS, word) ? [word as CommandName] : ALL;
}
