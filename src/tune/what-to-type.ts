import { filledIn, type Knob, type Setting } from "./knob.ts";
import { setCommand } from "./command-settings.ts";
import { GROUP_SETTINGS } from "./group-settings.ts";
import type { TuneFile } from "./tune-file.ts";

/** Lines for a shell that put a setting in force. */
export function whatToType(file: TuneFile, knobs: readonly Knob[], setting: Setting): string[] {
  const each = knobs.map(({ file: knob }, at) => ({ ...knob, value: setting[at] ?? "" }));
  const sysctls = each.flatMap(({ sysctl, value }) => (sysctl === undefined ? [] : [`sysctl -w ${sysctl}=${value}`]));
  const sets = each.flatMap((knob) => (knob.set === undefined ? [] : [setCommand(knob, knob.value)]));
  const env = each.flatMap(({ env, value }) => (env === undefined ? [] : [`export ${env}=${quoted(value)}`]));
  const group = each.flatMap(({ cgroup, value }) =>
    cgroup === undefined ? [] : GROUP_SETTINGS[cgroup].properties(value),
  );
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
