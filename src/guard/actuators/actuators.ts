import type { ActionKind } from "../../core/action.ts";
import type { Actuator } from "./actuator.ts";
import { cpuIdle } from "./cpu-idle.ts";
import { cpuWeight } from "./cpu-weight.ts";
import { freeze } from "./freeze.ts";

export const ACTUATORS: Readonly<Record<ActionKind, Actuator>> = {
  "cpu.weight": cpuWeight,
  "cpu.idle": cpuIdle,
  freeze,
};
