import { z } from "zod";
import type { LeaseInfo } from "../action.ts";
import type { GuardInfo, WaitingInfo } from "../guard-info.ts";
import { LOG_LEVELS, type LogLevel } from "../log-level.ts";

export type { WaitingInfo } from "../guard-info.ts";

/**
 * What people ask of the warden itself, over its own socket: one frame with a request, one with the answer. The hive
 * has no part in it, so a hive that was taken over can neither approve its own proposals nor keep a person from undoing.
 */
export const CONTROL_REQUEST = 96;
export const CONTROL_ANSWER = 97;
/** Bytes; a request is a few words. */
export const MAX_CONTROL_REQUEST = 4096;
/** A day: whoever wants another level for good says so in the configuration. */
export const MAX_LOG_LEVEL_MS = 86_400_000;
export const LOG_LEVEL_MS = 600_000;

const id = z.string().min(1).max(64);
/** It is no person who asks, but an assistant on a person's behalf: then the configuration decides whether it may. */
const through = z.literal("assistant").optional();

export const controlRequest = z.discriminatedUnion("ask", [
  z.strictObject({ ask: z.literal("waiting") }),
  z.strictObject({ ask: z.literal("leases") }),
  z.strictObject({ ask: z.literal("guard") }),
  z.strictObject({ ask: z.literal("approve"), id, through }),
  z.strictObject({ ask: z.literal("dismiss"), id, through }),
  z.strictObject({ ask: z.literal("undo"), id, through }),
  z.strictObject({ ask: z.literal("restore") }),
  // Without a level: which one holds now.
  z.strictObject({
    ask: z.literal("log-level"),
    level: z.enum(Object.keys(LOG_LEVELS) as [LogLevel, ...LogLevel[]]).optional(),
    forMs: z.int().min(1000).max(MAX_LOG_LEVEL_MS).optional(),
  }),
]);
export type ControlRequest = z.infer<typeof controlRequest>;
/** What concerns the guard, which is all but the log. */
export type GuardRequest = Exclude<ControlRequest, { readonly ask: "log-level" }>;

export type ControlAnswer =
  | {
      readonly ok: true;
      readonly says: string;
      readonly waiting?: readonly WaitingInfo[];
      readonly leases?: readonly LeaseInfo[];
      readonly guard?: GuardInfo;
    }
  | { readonly ok: false; readonly code: string; readonly says: string };
