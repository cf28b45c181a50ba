import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { type LabGroups, makeLabGroups, removeDeadLabs } from "../lab/lab-groups.ts";
import { labName, thisProcess } from "../lab/lab-id.ts";
import { disksOf } from "./disks.ts";
import { type GroupPlace, groupValue, setGroupValue } from "./group-knobs.ts";
import { GROUP_SETTINGS, type GroupSetting } from "./group-settings.ts";

/** A cgroup of the tuning's own, in which the command runs; it goes with the tuning, and its settings with it. */
export class OwnGroup {
  private readonly fs: CgroupFs;
  private readonly groups: LabGroups<"command">;
  private readonly disks: readonly string[];

  private constructor(fs: CgroupFs, groups: LabGroups<"command">, disks: readonly string[]) {
    this.fs = fs;
    this.groups = groups;
    this.disks = disks;
  }

  /** SW-TUNE where the host has no such group, or none of the settings. */
  static async make(fs: CgroupFs, settings: readonly GroupSetting[], sysRoot = "/sys"): Promise<Result<OwnGroup>> {
    await removeDeadLabs(fs.layout);
    const controllers = [...new Set(settings.map((setting) => GROUP_SETTINGS[setting].controller))];
    for (const controller of controllers)
      if (fs.layout[controller] === undefined)
        return failed("SW-TUNE", `this host has no cgroup controller ${controller}`);
    const groups = makeLabGroups(fs.layout, labName(thisProcess()), ["command"], controllers);
    if (!groups.ok) return failed("SW-TUNE", groups.says);
    const own = new OwnGroup(fs, groups.value, disksOf(sysRoot));
    for (const setting of settings) {
      const found = own.valueOf(setting);
      if (!found.ok) return (await own.remove(), found);
    }
    return ok(own);
  }

  /** What a process writes itself into. */
  get procsFiles(): readonly string[] {
    return this.groups.procsFiles("command");
  }

  valueOf(kind: GroupSetting): Result<number> {
    return groupValue(kind, this.place(kind));
  }

  set(kind: GroupSetting, value: number): Result<void> {
    return setGroupValue(kind, value, this.place(kind));
  }

  /** Gives what could not be removed. */
  async remove(): Promise<readonly string[]> {
    return this.groups.remove();
  }

  /**
   * The upper group, as a weight counts among siblings, of which the lower one has none. But limits of disks on v1 hold for the very
   * group that does the work, and not for those below it (cgroup-v1/blkio-controller.rst, "Hierarchical Cgroups").
   */
  private place(kind: GroupSetting): GroupPlace {
    const { fs, groups, disks } = this;
    const isFlat = kind === "io.max" && fs.hierarchy("io")?.version === 1;
    return { fs, path: isFlat ? groups.path("command") : groups.root, disks };
  }
}
