import { appendFileSync, existsSync, readFileSync, renameSync, truncateSync } from "node:fs";
import { z } from "zod";
import { failed, ok, type Result } from "../core/errors.ts";

const beginSchema = z.object({
  type: z.literal("begin"),
  v: z.literal(1),
  atMs: z.number(),
  /** Absolute path of the tuning file. */
  path: z.string(),
  /** SHA-256 of its text. */
  sha256: z.string(),
  /** Names of the knobs; settings are in their order. */
  knobs: z.array(z.string()),
  /** Where it began, in coordinates. */
  start: z.array(z.number()),
});

const runSchema = z.object({
  type: z.literal("run"),
  n: z.int(),
  role: z.string(),
  setting: z.array(z.string()),
  /** Null where it failed. */
  value: z.number().nullable(),
  /** It failed, or a constraint did not hold. */
  broke: z.boolean(),
  /** Why, where it did. */
  says: z.string(),
  /** Of the constraints, in their order; null where not read. */
  constraints: z.array(z.number().nullable()),
  seconds: z.number(),
  /** Spent on the tuning when it ended, interruptions left out. */
  elapsedMs: z.number(),
});

export type Begin = z.infer<typeof beginSchema>;
export type RunRecord = z.infer<typeof runSchema>;

export interface History {
  readonly begin: Begin;
  readonly runs: readonly RunRecord[];
  /** It came to its end. */
  readonly ended: boolean;
}

/** JSON lines: how it began, every run, and what was found. What a crash cut off in mid-line is left out. SW-TUNE-RESUME. */
export function readHistory(path: string): Result<History> {
  if (!existsSync(path)) return failed("SW-TUNE-RESUME", `there is no history in ${path}`);
  const text = readFileSync(path, "utf8");
  // A line that was not finished was not told to the search either.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  const records = lines.map(parse);
  const begin = beginSchema.safeParse(records[0]);
  if (!begin.success) return failed("SW-TUNE-RESUME", `${path} does not begin like the history of a tuning`);
  const ended = typeof records.at(-1) === "object" && (records.at(-1) as { type?: unknown } | null)?.type === "end";
  const runs: RunRecord[] = [];
  for (const [at, record] of records.slice(1, ended ? -1 : undefined).entries()) {
    const run = runSchema.safeParse(record);
    if (!run.success || run.data.n !== at + 1) return failed("SW-TUNE-RESUME", `${path}: line ${at + 2} is damaged`);
    runs.push(run.data);
  }
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return ok({ begin: begin.data, runs, ended });
}

/** An earlier history is kept as `.old`. */
export function beginHistory(path: string, begin: Begin): void {
  if (existsSync(path)) renameSync(path, `${path}.old`);
  append(path, begin);
}

export function append(
  path: string,
  record: Begin | RunRecord | { readonly type: "end"; readonly result: unknown },
): void {
  appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
