import { z } from "zod";
import { actionKind } from "./action-kind.ts";
import { ASSISTANT_DEEDS } from "./assistants.ts";
import { parseDestination } from "./destination.ts";
import { LOG_LEVELS, type LogLevel } from "./log-level.ts";
import { outputsSchema } from "./config-outputs.ts";
import { cgroupPath, policySchema } from "./policy.ts";
import { workloadSchema } from "./workload.ts";

const mode = z.enum(["observe", "advise", "enforce"]);

const destination = z
  .string()
  .max(64)
  .refine(
    (text) => parseDestination(text) !== undefined,
    "must be a network such as 10.0.0.0/8, 10.0.0.0/8:5432 or [fd00::/8]:443",
  );

const actionConfig = z.strictObject({
  mode: mode.optional().describe("Overrides the mode for this kind of action."),
  min: z.number().optional().describe("Narrows the lower bound."),
  max: z.number().optional().describe("Narrows the upper bound."),
  perMinute: z.int().min(0).max(600).optional().describe("Changes allowed per minute."),
});

const infer = z
  .boolean()
  .default(true)
  .describe(
    "Whether groups that nobody declared are told apart by how they use the CPU: those that serve others, and those that compute. false: what is not declared is never touched nor helped.",
  );

/** The one configuration file, as a schema. Every key carries the text that the reference shows. */
export const configSchema = z.strictObject({
  mode: mode
    .default("observe")
    .describe(
      "observe: watch and report only. advise: propose, a person approves. enforce: act within scope and bounds.",
    ),
  colonies: z
    .strictObject({
      balance: z.strictObject({ mode: mode.optional() }).default({}),
      immune: z
        .strictObject({
          mode: mode.optional(),
          depth: z
            .enum(["light", "full"])
            .default("light")
            .describe(
              "light: agents that go by processes and connections, which cost other programs nothing. full: agents that need system calls to be sensed too, which costs every process a little.",
            ),
          off: z
            .array(z.string().min(1).max(64))
            .max(64)
            .default([])
            .describe("Agents of the colony that are left out, by name (swarms doctor lists them)."),
          learningHours: z
            .number()
            .min(0)
            .max(8760)
            .default(24)
            .describe(
              "enforce: so long after its first start on a host, what may only be new to it (an unusual child, a fresh file, settings written) is reported and not contained. What no ordinary work does is contained at once.",
            ),
        })
        .default({ depth: "light", off: [], learningHours: 24 }),
    })
    .default({ balance: {}, immune: { depth: "light", off: [], learningHours: 24 } })
    .describe("Mode per colony, where it differs."),
  actions: z
    .partialRecord(actionKind, actionConfig)
    .default({})
    .describe("Mode and bounds per kind of action, where they differ."),
  policies: z
    .array(policySchema)
    .max(64)
    .default([])
    .describe("What holds for some actions, targets, times of day or conditions; in order."),
  scope: z.array(cgroupPath).max(256).default([]).describe("cgroup subtrees that the layer may touch. Default: none."),
  protect: z
    .strictObject({
      cgroups: z
        .array(cgroupPath)
        .max(256)
        .default([])
        .describe("cgroup subtrees never to touch, even inside the scope."),
      executables: z
        .array(z.string().startsWith("/"))
        .max(256)
        .default([])
        .describe("Executables whose processes are never slowed, frozen or ended."),
    })
    .default({ cgroups: [], executables: [] })
    .describe("What nothing may touch, beside pid 1, kernel threads, the layer and its ancestors."),
  workloads: z.array(workloadSchema).max(256).default([]).describe("Declared workloads."),
  infer,
  budget: z
    .strictObject({
      containmentsPerHour: z.int().min(0).max(1000).default(5).describe("Groups that may be frozen in an hour."),
      shareOfScope: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe("Largest share of the processes in scope that may be frozen at once."),
      killsPerHour: z
        .int()
        .min(0)
        .max(1000)
        .default(2)
        .describe("Processes and groups that may be ended in an hour; they count as containments too."),
      killShareOfScope: z
        .number()
        .min(0)
        .max(1)
        .default(0.25)
        .describe("Largest share of the processes in scope that may be ended in an hour."),
      heldMinutes: z
        .number()
        .min(0.1)
        .max(10_080)
        .default(60)
        .describe(
          "Minutes that something may stay contained, however often that is renewed, unless a person approves it: then it is let go.",
        ),
    })
    .default({ containmentsPerHour: 5, shareOfScope: 0.5, killsPerHour: 2, killShareOfScope: 0.25, heldMinutes: 60 }),
  net: z
    .strictObject({
      allow: z
        .array(destination)
        .max(256)
        .default([])
        .describe(
          "What a group that is cut from the network may still reach in mode 3 of net.deny: networks, each with one port or all, such as 10.0.0.0/8:5432, 192.0.2.7, [fd00::/8]:443.",
        ),
    })
    .default({ allow: [] }),
  leases: z
    .strictObject({
      balanceSeconds: z
        .number()
        .min(1)
        .max(60)
        .default(10)
        .describe("A change of a CPU knob reverts after this unless renewed."),
      containSeconds: z.number().min(1).max(3600).default(300).describe("A freeze ends after this unless renewed."),
    })
    .default({ balanceSeconds: 10, containSeconds: 300 }),
  journal: z
    .strictObject({
      segmentMegabytes: z.number().min(1).max(1024).default(16).describe("Size at which a new file is begun."),
      totalMegabytes: z
        .number()
        .min(4)
        .max(1_048_576)
        .default(512)
        .describe("Size of all files together beyond which the oldest go; the journal says which went, and when."),
      days: z.number().min(1).max(36_500).default(365).describe("Age beyond which files go."),
    })
    .default({ segmentMegabytes: 16, totalMegabytes: 512, days: 365 })
    .describe("How much of the record of all changes is kept. What is in force is never forgotten."),
  rules: z
    .strictObject({
      own: z.boolean().default(false).describe("Use the rules that come with the layer."),
      files: z
        .array(z.string().startsWith("/").max(4096))
        .max(32)
        .default([])
        .describe("Rule files in Falco's format, in the order in which they apply, after the layer's own."),
      matching: z
        .enum(["first", "all"])
        .default("all")
        .describe("Which of the rules that hold for one event speak: the first in the order of the files, or all."),
    })
    .default({ own: false, files: [], matching: "all" })
    .describe("Detection rules. They need system calls to be sensed, which costs every process a little."),
  outputs: outputsSchema,
  log: z
    .strictObject({
      level: z
        .enum(Object.keys(LOG_LEVELS) as [LogLevel, ...LogLevel[]])
        .default("info")
        .describe(
          "How much the layer says of itself. warn: what went wrong. info: what it did as well. debug: what was asked and decided as well. `swarms log-level` changes it for a while.",
        ),
    })
    .default({ level: "info" }),
  hive: z
    .strictObject({
      user: z
        .string()
        .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
        .default("own")
        .describe(
          "User of the hive process: own (a user id that nobody else has) or the name of an unprivileged account.",
        ),
    })
    .default({ user: "own" }),
  assistants: z
    .strictObject({
      may: z
        .array(z.enum(ASSISTANT_DEEDS))
        .max(ASSISTANT_DEEDS.length)
        .default([])
        .describe(
          "What an assistant that is connected by `swarms mcp` may do beside looking: approve or dismiss what waits, undo a change. Default: nothing.",
        ),
    })
    .default({ may: [] })
    .describe("Assistants (Model Context Protocol)."),
  plugins: z
    .array(z.string().startsWith("/").max(4096))
    .max(16)
    .default([])
    .describe(
      "Folders with an agent, rules, an output or knobs of your own (docs/plugins.md). Only what root alone can write is loaded.",
    ),
});

export type Config = z.infer<typeof configSchema>;

export const defaultConfig: Config = configSchema.parse({});

export { modeFor } from "./mode.ts";
