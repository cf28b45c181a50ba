import type { ActionKind } from "../../core/action.ts";
import type { Config } from "../../core/config.ts";
import type { FileRef, ProcessRef } from "../../core/entity.ts";
import type { Result } from "../../core/errors.ts";
import type { CgroupFs, Controller } from "../../kernel/cgroup-fs.ts";
import type { Change } from "../change.ts";
import type { Reversal } from "../revert-knob.ts";

/** What is asked for, beside its value. */
export interface About {
  readonly cgroup: string;
  readonly config: Config;
  readonly process?: ProcessRef;
  readonly file?: FileRef;
  /** Setting of the change of this knob that is in force. */
  readonly held?: string;
}

/**
 * Turns one kind of action into kernel writes, and back. `raw` is the whole state of a knob as the kernel
 * prints it, enough to restore it exactly; `setting` is what one value means on this host.
 * All actuators pass the cases in actuator.cases.ts.
 */
export interface Actuator {
  readonly kind: ActionKind;
  /** The hierarchy whose group paths it takes. */
  readonly controller: Controller;
  /** The file it writes, where the group has it; SW-GUARD-GONE, SW-GUARD-KNOB. */
  probe(fs: CgroupFs, cgroup: string): Result<string>;
  read(fs: CgroupFs, cgroup: string): Result<string>;
  encode(fs: CgroupFs, value: number): string;
  /** In place of `encode` where a setting is more than its value, or there may be none. */
  prepare?(fs: CgroupFs, value: number, about: About): Result<string>;
  /** Whether the operator has settled this knob elsewhere; SW-GUARD-YIELD. */
  claimed?(fs: CgroupFs): Result<void>;
  /** From where the size of a step to `value` counts, where that is not `value(raw)`: a limit of none has no size. */
  stepFrom?(fs: CgroupFs, cgroup: string, raw: string, value: number): number;
  /**
   * Gives a remark for people, mostly "". `baseline` is what the knob's revert would write. `confirm` tells
   * whether the target still holds who was judged: what cannot be undone asks it once nobody can come or go.
   */
  apply(fs: CgroupFs, cgroup: string, setting: string, baseline: string, confirm?: () => Result<void>): Result<string>;
  /** Writes a state that `read` gave. */
  restore(fs: CgroupFs, cgroup: string, raw: string): Result<void>;
  /** Whether a state holds the setting. */
  shows(raw: string, setting: string): boolean;
  /** Whether two states are the same as far as this knob owns them. */
  same(raw: string, other: string): boolean;
  /** The state in the unit of ACTIONS; undefined where the knob has no effect now. */
  value(fs: CgroupFs, raw: string): number | undefined;
  /** For people. */
  describe(fs: CgroupFs, raw: string): string;
  /** Where the knob shares state with another: the baseline of a new change, given that of the one it takes over from. */
  rebase?(baseline: string, before: string): string;
  /** In place of the usual way back, where a knob is many that each may have gone or be another's by now. */
  takeBack?(fs: CgroupFs, change: Change): Reversal;
  /** Whether `raw` is what a restore to `baseline` passes through, so that a crash in between can be finished. */
  halfway?(fs: CgroupFs, raw: string, baseline: string): boolean;
}
