import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { ACTUATORS } from "../guard/actuators/actuators.ts";
import { type LabController, type LabGroups, makeLabGroups, removeDeadLabs } from "../lab/lab-groups.ts";
import { labName, thisProcess } from "../lab/lab-id.ts";
import type { GroupSetting } from "./tune-file.ts";

/** A cgroup of the tuning's own, in which the command runs; it goes with the tuning, and its settings with it. */
export class OwnGroup {
  private readonly fs: CgroupFs;
  private readonly groups: LabGroups<"command">;

  private constructor(fs: CgroupFs, groups: LabGroups<"command">) {
    this.fs = fs;
    this.groups = groups;
  }

  static async make(fs: CgroupFs, settings: readonly GroupSetting[]): Promise<Result<OwnGroup>> {
    await removeDeadLabs(fs.layout);
    const controllers = (["cpu", "memory"] as const).filter((each): each is LabController =>
      settings.some((setting) => setting.startsWith(each)),
    );
    for (const controller of controllers)
      if (fs.layout[controller] === undefined)
        return failed("SW-TUNE", `this host has no cgroup controller ${controller}`);
    const groups = makeLabGroups(fs.layout, labName(thisProcess()), ["command"], controllers);
    return groups.ok ? ok(new OwnGroup(fs, groups.value)) : failed("SW-TUNE", groups.says);
  }

  /** What a process writes itself into. */
  get procsFiles(): readonly string[] {
    return this.groups.procsFiles("command");
  }

  valueOf(kind: GroupSetting): Result<number> {
    const { fs } = this;
    const raw = ACTUATORS[kind].read(fs, this.groups.path("command"));
    if (!raw.ok) return raw;
    return ok(ACTUATORS[kind].value(fs, raw.value) ?? Number.NaN);
  }

  set(kind: GroupSetting, value: number): Result<void> {
    const { fs } = this;
    const path = this.groups.path("command");
    const actuator = ACTUATORS[kind];
    const before = actuator.read(fs, path);
    if (!before.ok) return before;
    const setting = actuator.encode(fs, value);
    const applied = actuator.apply(fs, path, setting, before.value);
    const after = applied.ok ? actuator.read(fs, path) : applied;
    if (!after.ok) return after;
    return actuator.shows(after.value, setting)
      ? ok(undefined)
      : failed("SW-GUARD-KNOB", `${kind} did not keep ${value}`);
  }

  /** Gives what could not be removed. */
  async remove(): Promise<readonly string[]> {
    return this.groups.remove();
  }
}
