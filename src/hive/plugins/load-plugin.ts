import { EVENT_KINDS } from "../../core/event.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { PluginModule } from "../../core/plugin.ts";
import { importPlugin, MODULE_LOAD_MS, wordsOf } from "../../core/plugin-module.ts";
import { printable } from "../../core/printable.ts";

/** Makes an agent of a plugin's text. SW-PLUGIN. */
export async function loadPlugin(text: string, waitMs = MODULE_LOAD_MS): Promise<Result<PluginModule>> {
  const make = await importPlugin(text, "agent.js", waitMs);
  if (!make.ok) return make;
  try {
    return checked(make.value());
  } catch (error) {
    return failed("SW-PLUGIN", wordsOf(error));
  }
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
