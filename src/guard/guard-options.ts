import type { Reverted } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import type { ProcessRef } from "../core/entity.ts";
import type { AlarmInfo } from "../core/guard-info.ts";
import type { PluginSpecs } from "../core/plugin-knobs.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import type { Journal } from "./journal/journal.ts";

export interface GuardOptions {
  readonly config: Config;
  /** Kinds of action that plugins add; none where left out. */
  readonly knobs?: PluginSpecs;
  readonly fs: CgroupFs;
  readonly procRoot: string;
  readonly clock: Clock;
  readonly journal: Journal;
  /** The layer's own processes, which nothing may touch, nor their ancestors. */
  readonly self: { pids(): readonly ProcessRef[] };
  /** Told of the changes that `decide` itself ends: yielded to somebody else, or no longer allowed. */
  readonly onReverted?: (reverted: Reverted) => void;
  /** Told of what the guard raises by itself, and again as it goes on. */
  readonly onAlarm?: (alarm: AlarmInfo) => void;
}
