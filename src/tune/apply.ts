import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { failed, ok, type Result } from "../core/errors.ts";
import { ACTUATORS } from "../guard/actuators/actuators.ts";
import { errnoOf } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { setCommand } from "./command-settings.ts";
import type { Knob, Setting } from "./knob.ts";
import { runShell, type ShellOptions } from "./shell.ts";

/**
 * Puts in force what outlives the command: settings of the host, now and after a restart (sysctl.d(5)), and `set` commands.
 * Gives what was done, in words. SW-GUARD-KNOB, SW-TUNE.
 */
export async function apply(
  knobs: readonly Knob[],
  setting: Setting,
  { name, fs, shell }: { readonly name: string; readonly fs: CgroupFs; readonly shell: ShellOptions },
): Promise<Result<string[]>> {
  const done: string[] = [];
  const lines: string[] = [];
  for (const [at, { file }] of knobs.entries()) {
    const value = setting[at] ?? "";
    if (file.sysctl !== undefined) {
      const applied = ACTUATORS[`sysctl.${file.sysctl}`].apply(fs, "/", value, value);
      if (!applied.ok) return applied;
      lines.push(`${file.sysctl} = ${value}`);
      done.push(`${file.sysctl} is ${value}`);
    }
    if (file.set !== undefined) {
      const command = setCommand(file, value);
      const result = await runShell(command, shell);
      if (!result.ok) return failed("SW-TUNE", `\`${command}\`: ${result.says}`);
      done.push(`ran \`${command}\``);
    }
  }
  if (lines.length === 0) return ok(done);
  const path = join(fs.host.etcRoot, "sysctl.d", `90-swarms-tune-${name}.conf`);
  try {
    writeFileSync(
      path,
      `# Found by swarms tune. Take this file away to undo it at the next start.\n${lines.join("\n")}\n`,
    );
  } catch (error) {
    return failed("SW-TUNE", `${path} cannot be written: ${errnoOf(error)}`);
  }
  return ok([...done, `${path} keeps it after a restart`]);
}
