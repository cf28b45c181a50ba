import { fileOfKind, type PluginKind } from "../../core/actions-plugin.ts";
import type { Controller } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";
import { fileKnob } from "./file-knob.ts";

/** What a plugin's knob is turned by. It is made from the kind alone, so that what a journal names can be put back after the plugin is gone. */
export function pluginKnob(kind: PluginKind): Actuator {
  const file = fileOfKind(kind);
  const knob = fileKnob({ kind, controller: controllerOf(file), files: { 2: [file] }, scale: 1, unit: "" });
  return {
    ...knob,
    // From no limit, or from nothing at all, a step has no size: what the table's bounds allow may follow.
    stepFrom: (_, __, raw, value) => (raw === "max" || raw === "0" ? value : Number(raw)),
  };
}

/** Of those that a host may still have in cgroup v1, where the file is another and the kind is refused. */
function controllerOf(file: string): Controller {
  const name = file.slice(0, file.indexOf("."));
  return name === "cpu" || name === "memory" || name === "io" ? name : "v2";
}
