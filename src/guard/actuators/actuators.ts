import { isPluginKind } from "../../core/actions-plugin.ts";
import type { ActionKind, BuiltInKind } from "../../core/action.ts";
import type { Actuator } from "./actuator.ts";
import { adopt } from "./adopt.ts";
import { cpuIdle } from "./cpu-idle.ts";
import { cpuMax } from "./cpu-max.ts";
import { cpuWeight } from "./cpu-weight.ts";
import { EXEC_ACTUATORS } from "./exec-refusal.ts";
import { FILE_ACTUATORS } from "./file-knobs.ts";
import { freeze } from "./freeze.ts";
import { ioMax } from "./io-max.ts";
import { killCgroup } from "./kill-cgroup.ts";
import { killProcess } from "./kill-process.ts";
import { memoryReclaim } from "./memory-reclaim.ts";
import { netDeny } from "./net-deny.ts";
import { SYSCTL_ACTUATORS } from "./sysctl.ts";
import { pluginKnob } from "./plugin-knob.ts";
import { TASK_ACTUATORS } from "./task-knobs.ts";
import { thaw } from "./thaw.ts";

export const ACTUATORS: Readonly<Record<BuiltInKind, Actuator>> = {
  "cpu.weight": cpuWeight,
  "cpu.idle": cpuIdle,
  "cpu.max": cpuMax,
  ...FILE_ACTUATORS,
  "memory.reclaim": memoryReclaim,
  "io.max": ioMax,
  adopt,
  ...TASK_ACTUATORS,
  freeze,
  thaw,
  "net.deny": netDeny,
  ...EXEC_ACTUATORS,
  "kill.process": killProcess,
  "kill.cgroup": killCgroup,
  ...SYSCTL_ACTUATORS,
};

/** Also of a kind that a plugin's table had: its name says all that taking it back needs, whether or not the plugin is still there. */
export function actuatorOf(kind: ActionKind): Actuator {
  return isPluginKind(kind) ? pluginKnob(kind) : ACTUATORS[kind];
}
