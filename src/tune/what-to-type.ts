import { filledIn, type Knob, type Setting } from "./knob.ts";
import { setCommand } from "./command-settings.ts";
import type { GroupSetting, TuneFile } from "./tune-file.ts";

/** Properties of systemd.resource-control(5). */
const UNIT_PROPERTIES: Readonly<Record<GroupSetting, (value: string) => string>> = {
  "cpu.weight": (value) => `CPUWeight=${value}`,
  "cpu.idle": (value) => `CPUWeight=${value === "1" ? "idle" : "100"}`,
  "cpu.max": (value) => `CPUQuota=${value}%`,
  "memory.high": (value) => `MemoryHigh=${value}M`,
};

/** Lines for a shell that put a setting in force. */
export function whatToType(file: TuneFile, knobs: readonly Knob[], setting: Setting): string[] {
  const each = knobs.map(({ file: knob }, at) => ({ ...knob, value: setting[at] ?? "" }));
  const sysctls = each.flatMap(({ sysctl, value }) => (sysctl === undefined ? [] : [`sysctl -w ${sysctl}=${value}`]));
  const sets = each.flatMap((knob) => (knob.set === undefined ? [] : [setCommand(knob, knob.value)]));
  const env = each.flatMap(({ env, value }) => (env === undefined ? [] : [`export ${env}=${quoted(value)}`]));
  const group = each.flatMap(({ cgroup, value }) => (cgroup === undefined ? [] : [UNIT_PROPERTIES[cgroup](value)]));
  const command = filledIn(file.command, knobs, setting).trim();
  if (group.length > 0) {
    const properties = group.map((property) => `-p ${property}`).join(" ");
    return [...sysctls, ...sets, ...env, `systemd-run --scope ${properties} sh -c ${quoted(command)}`];
  }
  return [...sysctls, ...sets, ...env, ...(command === file.command.trim() && env.length === 0 ? [] : [command])];
}

function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
