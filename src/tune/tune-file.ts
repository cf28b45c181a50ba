import { z } from "zod";
import { SYSCTL_ACTIONS } from "../core/actions-sysctl.ts";
import { OPTIMISERS, type OptimiserName } from "../swarm/optimisers/index.ts";
import { GROUP_SETTINGS, type GroupSetting } from "./group-settings.ts";

type SysctlKind = keyof typeof SYSCTL_ACTIONS;
type SysctlName = SysctlKind extends `sysctl.${infer Name}` ? Name : never;

export const SYSCTLS = Object.keys(SYSCTL_ACTIONS).map((kind) => kind.slice("sysctl.".length)) as [
  SysctlName,
  ...SysctlName[],
];

const command = z.string().min(1).max(8192);
const word = z.string().max(256);

/** Where a number stands in what a command says: exactly one of these, or none for the last number. */
const reading = {
  command: command.optional().describe("What prints the number, run after the command; without it the command itself."),
  pattern: z
    .string()
    .max(1024)
    .refine(isPattern, "must be a regular expression with one group around the number, such as 'p99: ([0-9.]+)'")
    .optional()
    .describe("Regular expression (JavaScript) with one group around the number; its last match counts."),
  json: z
    .string()
    .regex(/^[^.\s]+(\.[^.\s]+)*$/, "must be a path of keys and positions joined by dots, such as results.0.p99")
    .optional()
    .describe("What is printed is JSON; the path to the number in it, such as results.0.p99."),
  time: z.literal(true).optional().describe("No number is read: the seconds that the command takes count."),
};

const metric = z.strictObject({
  name: word.default("metric").describe("What it is called in the report."),
  unit: z.string().max(16).default("").describe("For the report."),
  ...reading,
  direction: z.enum(["lower", "higher"]).describe("Which values are better."),
});

const constraint = z.strictObject({
  name: word.describe("What it is called in the report."),
  ...reading,
  below: z.number().optional().describe("A setting with which it is not below this is dropped at once."),
  above: z.number().optional().describe("A setting with which it is not above this is dropped at once."),
});

const value = z.union([z.number(), word]);

const knob = z.strictObject({
  range: z.tuple([z.number(), z.number()]).optional().describe("Lowest and highest value, both included."),
  integer: z.boolean().default(false).describe("Only whole numbers."),
  log: z
    .boolean()
    .default(false)
    .describe("Equal ratios count as equal distances: for what spans orders of magnitude."),
  choices: z.array(value).min(2).max(64).optional().describe("The values, in place of a range."),
  default: value
    .optional()
    .describe("What everything is compared with. For sysctl and cgroup the value in force where left out."),
  env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable")
    .optional()
    .describe("Given in this environment variable; without this or another way, as {NAME} in the command."),
  sysctl: z.enum(SYSCTLS).optional().describe("A setting of the whole host, of those that can be taken back exactly."),
  cgroup: z
    .enum(Object.keys(GROUP_SETTINGS) as [GroupSetting, ...GroupSetting[]])
    .optional()
    .describe("A setting of a group of its own that the command runs in (root)."),
  set: command.optional().describe("Command that sets it; {value} stands for the value."),
  read: command.optional().describe("Command that prints the value in force, which is set again at the end."),
  reset: command
    .optional()
    .describe("Command that undoes whatever `set` did, where setting the former value is not enough."),
});

const shell = command.optional();

/** One tuning: what is run, what is measured, what may be changed. Every key carries the text that the reference shows. */
export const tuneSchema = z.strictObject({
  command: command.describe("What is run for each measurement, by sh -c, in the folder of this file."),
  prepare: shell.describe("Run before each measurement, not measured."),
  cleanup: shell.describe("Run after each measurement, whatever became of it."),
  metric: metric.describe("What is to become lower or higher."),
  constraints: z.array(constraint).max(16).default([]).describe("What must hold of every setting."),
  knobs: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, "must be a word"), knob)
    .refine((knobs) => Object.keys(knobs).length <= 32, "more than 32 knobs need more runs than anybody has")
    .describe("What may be changed, by name."),
  budget: z
    .strictObject({
      runs: z
        .int()
        .min(10)
        .max(1_000_000)
        .optional()
        .describe("Runs of the command in all, the confirmation included."),
      minutes: z.number().min(0.05).max(100_000).optional().describe("Time in all."),
    })
    .default({ runs: 200 }),
  repeats: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe("Pairs of runs before a candidate that looks no better is left."),
  timeoutSeconds: z.number().min(0.1).max(86_400).default(60).describe("A run that takes longer has failed."),
  warmUps: z.int().min(0).max(100).default(1).describe("Runs before the first that counts."),
  optimiser: z
    .enum(Object.keys(OPTIMISERS) as [OptimiserName, ...OptimiserName[]])
    .optional()
    .describe("Default: what measures best at this budget."),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("The same seed asks the same questions."),
  confidence: z.number().min(0.5).max(0.9999).default(0.95).describe("Of the confirmation."),
  smallestEffect: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe("What is better by less, as a share, is not worth a change."),
});

export type TuneFile = z.infer<typeof tuneSchema>;
export type KnobFile = TuneFile["knobs"][string];
export type Reading = Pick<TuneFile["metric"], "command" | "pattern" | "json" | "time">;

function isPattern(text: string): boolean {
  try {
    // Matching nothing tells how many groups there are.
    return new RegExp(`${text}|`).exec("")?.length === 2;
  } catch {
    return false;
  }
}
