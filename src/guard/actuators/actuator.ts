import type { ActionKind } from "../../core/action.ts";
import type { Result } from "../../core/errors.ts";
import type { CgroupFs, Controller } from "../../kernel/cgroup-fs.ts";

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
  /** Gives a remark for people, mostly "". `baseline` is what the knob's revert would write. */
  apply(fs: CgroupFs, cgroup: string, setting: string, baseline: string): Result<string>;
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
  /** Whether `raw` is what a restore to `baseline` passes through, so that a crash in between can be finished. */
  halfway?(fs: CgroupFs, raw: string, baseline: string): boolean;
}
