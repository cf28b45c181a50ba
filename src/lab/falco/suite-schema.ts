import { z } from "zod";

/** Numbers may be written as text, and the other way round: `port: 80` and `port: "80"` are the same. */
const text = z.union([z.string(), z.number().transform(String)]);
const filledText = text.refine((value) => value.length > 0, "is not empty");
const value = z.union([z.string(), z.number(), z.null()]);
const env = z.record(z.string(), text).nullish();

const resource = z.object({
  name: filledText,
  type: z.enum(["clientServer", "fd", "process"]),
  // clientServer
  l4Proto: z.enum(["tcp4", "tcp6", "udp4", "udp6", "unix"]).nullish(),
  address: text.nullish(),
  // fd
  subtype: z.enum(["file", "directory", "pipe", "event", "signalfd", "eventpoll", "inotify", "memfd"]).nullish(),
  filePath: text.nullish(),
  dirPath: text.nullish(),
  fileName: text.nullish(),
  // process
  exePath: text.nullish(),
  args: text.nullish(),
  exe: text.nullish(),
  procName: text.nullish(),
  env,
  fileLess: z.boolean().nullish(),
});

const step = z.object({
  name: filledText,
  type: z.literal("syscall"),
  syscall: filledText,
  args: z.record(z.string(), z.union([value, z.record(z.string(), value)])).default({}),
});

const processContext = z.object({
  exePath: text.nullish(),
  args: text.nullish(),
  exe: text.nullish(),
  name: text.nullish(),
  env,
  user: text.nullish(),
  capabilities: text.nullish(),
});

const context = z.object({
  container: z
    .looseObject({ image: text.nullish(), name: text.nullish(), env, privileged: z.boolean().nullish() })
    .nullish(),
  processes: z.array(processContext).nullish(),
});

const comparison = z.object({ op: z.string(), val: z.union([text, z.array(text)]) });

export const suiteTest = z.object({
  name: filledText,
  rule: filledText.nullish(),
  description: text.nullish(),
  runner: z.literal("HostRunner"),
  runIf: z.record(z.string(), comparison).nullish(),
  context: context.nullish(),
  before: text.nullish(),
  after: text.nullish(),
  resources: z.array(resource).nullish(),
  steps: z.array(step).nullish(),
  expectedOutcome: z
    .object({
      source: text.nullish(),
      hostname: text.nullish(),
      priority: text.nullish(),
      time: text.nullish(),
      output: text.nullish(),
      outputFields: z.record(z.string(), z.union([text, z.boolean().transform(String), z.null()])).nullish(),
    })
    .nullish(),
});

/** One test of a suite, its templates filled in: what to do as whom, and what has to be noticed. */
export type SuiteTest = z.infer<typeof suiteTest>;
export type Resource = z.infer<typeof resource>;
export type Step = z.infer<typeof step>;
export type ProcessContext = z.infer<typeof processContext>;
