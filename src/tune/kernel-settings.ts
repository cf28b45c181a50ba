import type { BuiltInKind } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { ACTUATORS } from "../guard/actuators/actuators.ts";
import { type Change, changeOf } from "../guard/change.ts";
import { type Journal, openJournal } from "../guard/journal/journal.ts";
import { revertKnob } from "../guard/revert-knob.ts";

/**
 * Settings of the whole host, changed by the guard's actuators and written in a journal of the guard's kind before the
 * kernel is: whoever finds the journal of a tuning that died takes every change back with what the guard has for it. No
 * guard decides, since a person asked; its bounds hold, and a setting that somebody else writes meanwhile is left to them.
 */
export class KernelSettings {
  private readonly fs: CgroupFs;
  private readonly journal: Journal;
  private readonly changes = new Map<BuiltInKind, Change & { readonly written: string }>();

  private constructor(fs: CgroupFs, journal: Journal) {
    this.fs = fs;
    this.journal = journal;
  }

  /** SW-STATE-BUSY where another tuning has changed settings of the host, and errors of the journal. */
  static open(folder: string, fs: CgroupFs, clock: Clock): Result<KernelSettings> {
    const journal = openJournal(folder, { clock });
    return journal.ok ? ok(new KernelSettings(fs, journal.value)) : journal;
  }

  set(kind: BuiltInKind, value: number): Result<void> {
    const { fs, journal } = this;
    const actuator = ACTUATORS[kind];
    const before = actuator.read(fs, "/");
    if (!before.ok) return before;
    const held = this.changes.get(kind);
    const claimed = actuator.claimed?.(fs) ?? ok(undefined);
    if (!claimed.ok) return claimed;
    if (held !== undefined && !actuator.same(before.value, held.written))
      return failed(
        "SW-GUARD-YIELD",
        `${kind} is ${before.value}, not ${held.written} as was set: somebody else writes it`,
      );
    const setting = actuator.encode(fs, value);
    if (actuator.shows(before.value, setting)) return ok(undefined);
    const body = {
      kind,
      cgroup: "/",
      inode: fs.inode(actuator.controller, "/") ?? 0,
      from: actuator.describe(fs, before.value),
      to: actuator.describe(fs, setting),
      setting,
      before: before.value,
      baseline: held?.baseline ?? before.value,
      ...(held && { replaces: held.action }),
      leaseMs: 0,
      agent: "tune",
      reason: "a candidate of a tuning",
      evidence: [],
      processes: 0,
    };
    const intent = journal.append("intent", body);
    if (!intent.ok) return intent;
    const change = changeOf(intent.value, body);
    // From here on it is to be taken back, whatever becomes of the write.
    this.changes.set(kind, { ...change, written: setting });
    const applied = actuator.apply(fs, "/", setting, body.baseline);
    const after = applied.ok ? actuator.read(fs, "/") : applied;
    if (!after.ok) return after;
    const kept = actuator.shows(after.value, setting);
    const says = kept ? "" : `${kind} did not keep ${setting}`;
    const result = { action: change.action, ok: kept, raw: after.value, code: "", says, putBack: false };
    const noted = journal.append("result", result);
    if (!noted.ok) return noted;
    return kept ? ok(undefined) : failed("SW-GUARD-KNOB", says);
  }

  /** Takes everything back, newest first, and closes the journal. Gives what would not go back. */
  close(): string[] {
    const stuck: string[] = [];
    for (const change of [...this.changes.values()].toReversed()) {
      const { outcome, raw, says } = revertKnob(this.fs, change);
      if (outcome === "failed" || outcome === "foreign") stuck.push(says);
      if (outcome === "failed") continue;
      const body = { action: change.action, cause: "restore", written: outcome === "written", says, raw } as const;
      this.journal.append("revert", { ...body, by: "", renewals: 0 });
    }
    this.changes.clear();
    this.journal.close();
    return stuck;
  }
}
