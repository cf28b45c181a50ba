import { EVENT_KINDS } from "../../core/event.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { PluginModule } from "../../core/plugin.ts";
import { printable } from "../../core/printable.ts";

/** A module that waits for something at its top level, and never gets it. */
const LOAD_MS = 2000;

/**
 * Makes an agent of a plugin's text. It is loaded as a module of its own without a place in the file system: it can import
 * what Node brings along and nothing else. SW-PLUGIN.
 */
export async function loadPlugin(text: string, waitMs = LOAD_MS): Promise<Result<PluginModule>> {
  try {
    const loaded = await withinTime(import(addressOf(text)) as Promise<{ readonly default?: unknown }>, waitMs);
    const make = loaded.default;
    if (typeof make !== "function") return failed("SW-PLUGIN", "agent.js exports no function by default");
    return checked((make as () => unknown)());
  } catch (error) {
    return failed("SW-PLUGIN", printable(error instanceof Error ? error.message : String(error), 200));
  }
}

function addressOf(text: string): string {
  return `data:text/javascript;base64,${Buffer.from(text, "utf8").toString("base64")}`;
}

function withinTime<T>(work: Promise<T>, waitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`agent.js was not loaded within ${waitMs} ms`)), waitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

function checked(made: unknown): Result<PluginModule> {
  if (typeof made !== "object" || made === null) return failed("SW-PLUGIN", "agent.js made no object");
  const { says, wants, onEvent, remember, recall } = made as Readonly<Record<string, unknown>>;
  if (typeof says !== "string" || says === "") return failed("SW-PLUGIN", "its agent has no `says`");
  if (!Array.isArray(wants)) return failed("SW-PLUGIN", "its agent has no list `wants`");
  const unknown = wants.find((kind) => !(EVENT_KINDS as readonly unknown[]).includes(kind));
  if (unknown !== undefined)
    return failed("SW-PLUGIN", `its agent wants ${printable(String(unknown), 40)}, which is no kind of event`);
  if (typeof onEvent !== "function") return failed("SW-PLUGIN", "its agent has no `onEvent`");
  for (const [name, each] of Object.entries({ remember, recall }))
    if (each !== undefined && typeof each !== "function") return failed("SW-PLUGIN", `its \`${name}\` is no function`);
  return ok(made as PluginModule);
}
