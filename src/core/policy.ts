import { z } from "zod";
import { actionKind } from "./action-kind.ts";

/** Three letters, as CONDITION_VARIABLES' host.weekday. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const MAX_CONDITION = 1024;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 08:00 (24 hours)");

/** An absolute cgroup path without dots; a trailing "*" on the last part matches any ending. */
export const cgroupPath = z
  .string()
  .regex(/^\/[^/\0]+(\/[^/\0]+)*$/, "must be a cgroup path such as /batch.slice (absolute, no trailing slash)")
  .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), "must not contain . or ..")
  .refine((path) => !path.slice(0, -1).includes("*"), "may hold * only as its last character");

export const policySchema = z.strictObject({
  name: z.string().min(1).max(64).describe("Short name, shown wherever the policy decides."),
  colony: z.enum(["balance", "immune"]).optional().describe("Only actions of this colony."),
  actions: z.array(actionKind).min(1).max(64).optional().describe("Only these kinds of action."),
  cgroups: z.array(cgroupPath).min(1).max(256).optional().describe("Only targets in these subtrees."),
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional().describe("Only on these days, by the host's own clock."),
  from: clockTime.optional().describe("Only from this time of day; with an `until` before it, over midnight."),
  until: clockTime.optional().describe("Only until this time of day."),
  when: z
    .string()
    .min(1)
    .max(MAX_CONDITION)
    .optional()
    .describe("Only where this condition holds (Common Expression Language) over proposal, entity, evidence and host."),
  mode: z
    .enum(["observe", "advise", "enforce"])
    .optional()
    .describe("The mode for what matches; of several policies the first that names one decides."),
  min: z.number().optional().describe("Narrows the lower bound for what matches."),
  max: z.number().optional().describe("Narrows the upper bound for what matches."),
  perHour: z.int().min(0).max(10_000).optional().describe("Changes in an hour that this policy lets through."),
  approvals: z
    .int()
    .min(1)
    .max(2)
    .optional()
    .describe("How many different people must approve what matches in advise mode; 2 is the two-person rule."),
});

export type Policy = z.infer<typeof policySchema>;

/** Whether a moment of the host's own clock lies in the policy's days and times. Over midnight the day is the one it began on. */
export function isInTime({ days, from, until }: Pick<Policy, "days" | "from" | "until">, at: Date): boolean {
  const minute = at.getHours() * 60 + at.getMinutes();
  const start = minutesOf(from) ?? 0;
  const end = minutesOf(until) ?? 24 * 60;
  const overMidnight = end <= start;
  const inWindow = overMidnight ? minute >= start || minute < end : minute >= start && minute < end;
  const began = overMidnight && minute < end ? (at.getDay() + 6) % 7 : at.getDay();
  return inWindow && (days === undefined || days.includes(WEEKDAYS[began]!));
}

function minutesOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
