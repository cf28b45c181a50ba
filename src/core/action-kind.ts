import { z } from "zod";
import { ACTION_KINDS, type BuiltInKind } from "./action.ts";
import { isPluginKind } from "./actions-plugin.ts";

/** Kinds of action as configuration, hive and recordings may name them: those that are built in, and files that a plugin's table may have. */
export const actionKind = z.union([
  z.enum(ACTION_KINDS as [BuiltInKind, ...BuiltInKind[]]),
  z.templateLiteral(["knob.", z.string().max(64)]).refine(isPluginKind, "is no file that a plugin's table may name"),
]);
