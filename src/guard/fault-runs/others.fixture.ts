import { DEFAULT_WEIGHT, HOST_KNOBS, TASK_KNOBS, TEXT_KNOBS, type TextKnob } from "./knobs.fixture.ts";
import type { FaultRun } from "./run.fixture.ts";
import { GROUPS, HOST_GROUP } from "./stage.fixture.ts";

/** Administrators, service managers and tuners beside the layer. */
export class Others {
  private readonly run: FaultRun;

  constructor(run: FaultRun) {
    this.run = run;
  }

  /** Somebody else writes a knob, whoever has it now. */
  write(): void {
    const { stage } = this.run;
    // Mostly what the layer has changed: that is where it must give way.
    const leases = this.run.layer.guard?.leases() ?? [];
    const lease = this.run.random.next() < 0.6 ? this.run.pick(leases) : undefined;
    const group = lease === undefined || lease.cgroup === HOST_GROUP ? this.run.pick(GROUPS) : lease.cgroup;
    if (!stage.exists(group)) return;
    const rows = [...TEXT_KNOBS, ...HOST_KNOBS, "cpu.idle", "freeze", "task"] as const;
    const row = rows.find((each) => kindOf(each) === lease?.kind) ?? this.run.pick(rows);
    if (row === "task" || lease?.kind.startsWith("sched.") === true) return this.schedule(group);
    if (typeof row === "string") return this.switch(row, group, this.run.pick(["0", "1"]));
    const at = HOST_KNOBS.includes(row) ? HOST_GROUP : group;
    const text = this.run.pick(row.others[stage.version(row)].slice(1));
    this.run.note(`other: ${row.kind} ${at} ${text}`);
    if (stage.put(row, at, text)) stage.knob(row.kind, at)?.written(text);
  }

  /** At the very moment of the layer's next write to a knob somebody else writes it too. */
  interfere(): void {
    const { stage } = this.run;
    const row = this.run.pick([...TEXT_KNOBS, ...HOST_KNOBS]);
    const text = this.run.pick(row.others[stage.version(row)].slice(1));
    const file = row.file[stage.version(row)];
    this.run.note(`will interfere: ${row.kind} ${text}`);
    stage.host.onWritten = (write) => {
      if (write.file !== file) return;
      stage.host.onWritten = () => {};
      if (stage.put(row, write.path, text)) stage.knob(row.kind, write.path)?.written(text);
    };
  }

  private switch(kind: "cpu.idle" | "freeze", group: string, flag: "0" | "1"): void {
    const { stage } = this.run;
    const { file, words } = stage.freezer;
    this.run.note(`other: ${kind} ${group} ${flag}`);
    const isIdle = kind === "cpu.idle";
    const written = isIdle
      ? stage.host.foreign("cpu", group, "cpu.idle", flag)
      : stage.host.foreign("freezer", group, file, words[flag === "1" ? 1 : 0]);
    if (!written.ok) return;
    stage.knob(kind, group)?.written(flag);
    // The kernel forgets the weight of a group that becomes idle.
    if (isIdle) stage.knob("cpu.weight", group)?.mayBe(DEFAULT_WEIGHT[stage.version(TEXT_KNOBS[0]!)]);
  }

  private schedule(group: string): void {
    const { schedules } = this.run.stage.host.access;
    const pid = this.run.pick((this.run.stage.pids.get(group) ?? []).filter((each) => this.run.stage.lives(each)));
    if (pid === undefined) return;
    const { kind, field, other } = this.run.pick(TASK_KNOBS);
    this.run.note(`other: ${kind} of ${pid} ${other}`);
    schedules.set(pid, { ...(schedules.get(pid) ?? { policy: 0, nice: 0, sliceNs: 2_800_000 }), [field]: other });
    this.run.stage.knobs.get(`${kind} ${pid}`)?.written(String(other));
  }
}

function kindOf(row: TextKnob | string): string {
  return typeof row === "string" ? row : row.kind;
}
