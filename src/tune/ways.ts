import type { BuiltInKind } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { ACTUATORS } from "../guard/actuators/actuators.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { thisProcess } from "../lab/lab-id.ts";
import { complaint, readValue, resetCommand, setCommand } from "./command-settings.ts";
import { KernelSettings } from "./kernel-settings.ts";
import type { Knob, Setting } from "./knob.ts";
import { OwnGroup } from "./own-group.ts";
import { runShell, type ShellOptions } from "./shell.ts";
import type { KnobFile, TuneFile } from "./tune-file.ts";
import { removeNote, type UndoNote, writeNote } from "./undo-note.ts";

export interface WaysOptions {
  readonly file: TuneFile;
  readonly fs: CgroupFs;
  readonly clock: Clock;
  /** Of this tuning: holds the note of what is to be undone. */
  readonly folder: string;
  /** Of all tunings: what they changed in the kernel. */
  readonly journal: string;
  readonly shell: ShellOptions;
}

/** The ways in which knobs are set, beside those that go into the command line and its environment; and the way back of each. */
export class Ways {
  /** Values of knobs that say themselves what they are at. */
  readonly inForce: Readonly<Record<string, string>>;
  private readonly options: WaysOptions;
  private readonly kernel: KernelSettings | undefined;
  private readonly group: OwnGroup | undefined;
  private readonly current = new Map<string, string>();
  private note: UndoNote;

  private constructor(
    options: WaysOptions,
    parts: { kernel: KernelSettings | undefined; group: OwnGroup | undefined; inForce: Record<string, string> },
  ) {
    const { file, folder, shell } = options;
    this.options = options;
    this.kernel = parts.kernel;
    this.group = parts.group;
    this.inForce = parts.inForce;
    for (const [name, text] of Object.entries(parts.inForce)) this.current.set(name, text);
    const resets = Object.entries(file.knobs).flatMap(([knob, each]) =>
      each.set === undefined ? [] : [{ knob, command: resetCommand(each, parts.inForce[knob] ?? "") }],
    );
    // The last that was set is the first to be undone.
    this.note = { owner: thisProcess(), cwd: shell.cwd, resets: resets.toReversed() };
    writeNote(folder, this.note, true);
  }

  /** Looks at what is in force and makes what is needed; changes nothing yet. */
  static async open(options: WaysOptions): Promise<Result<Ways>> {
    const { file, fs, clock, journal, shell } = options;
    const knobs = Object.entries(file.knobs);
    const settings = knobs.flatMap(([, { cgroup }]) => cgroup ?? []);
    const group = settings.length === 0 ? ok(undefined) : await OwnGroup.make(fs, settings);
    if (!group.ok) return group;
    const needsKernel = knobs.some(([, { sysctl }]) => sysctl !== undefined);
    const kernel = needsKernel ? KernelSettings.open(journal, fs, clock) : ok(undefined);
    const close = async (): Promise<void> => {
      if (kernel.ok) kernel.value?.close();
      await group.value?.remove();
    };
    if (!kernel.ok) return (await close(), kernel);
    const inForce: Record<string, string> = {};
    for (const [name, knob] of knobs) {
      const found = await valueInForce(name, knob, fs, group.value, shell);
      if (!found.ok) return (await close(), found);
      if (found.value !== undefined) inForce[name] = found.value;
    }
    return ok(new Ways(options, { kernel: kernel.value, group: group.value, inForce }));
  }

  /** Whether anything would be left changed by a tuning that is killed. */
  static isNeeded(file: TuneFile): boolean {
    return Object.values(file.knobs).some(({ sysctl, cgroup, set }) => (sysctl ?? cgroup ?? set) !== undefined);
  }

  get groups(): readonly string[] | undefined {
    return this.group?.procsFiles;
  }

  /** Who runs now, so that it can be ended should this process not be able to. */
  running(ref: UndoNote["running"]): void {
    const { running: _, ...rest } = this.note;
    this.note = ref === undefined ? rest : { ...rest, running: ref };
    // Not waited for: a disk that is busy would disturb what is measured.
    writeNote(this.options.folder, this.note, false);
  }

  /** Sets what differs from what is set. */
  async apply(knobs: readonly Knob[], setting: Setting): Promise<Result<void>> {
    for (const [at, { name, file }] of knobs.entries()) {
      const text = setting[at] ?? "";
      if (this.current.get(name) === text) continue;
      // Half-way, it is at neither.
      this.current.delete(name);
      const done = await this.setOne(name, file, text);
      if (!done.ok) return done;
      this.current.set(name, text);
    }
    return ok(undefined);
  }

  /** Everything as it was before. Gives what would not go back; then the note stays, for another try. */
  async close(): Promise<string[]> {
    const { shell, folder } = this.options;
    const { signal: _, ...patient } = shell;
    const stuck: string[] = [];
    for (const { knob, command } of this.note.resets) {
      const result = await runShell(command, patient);
      if (!result.ok) stuck.push(complaint(knob, "reset", result));
    }
    if (stuck.length === 0) removeNote(folder);
    stuck.push(...(this.kernel?.close() ?? []));
    return [...stuck, ...((await this.group?.remove()) ?? [])];
  }

  private async setOne(name: string, file: KnobFile, text: string): Promise<Result<void>> {
    if (file.sysctl !== undefined) return this.kernel?.set(`sysctl.${file.sysctl}`, Number(text)) ?? ok(undefined);
    if (file.cgroup !== undefined) return this.group?.set(file.cgroup, Number(text)) ?? ok(undefined);
    if (file.set === undefined) return ok(undefined);
    const result = await runShell(setCommand(file, text), this.options.shell);
    return result.ok ? ok(undefined) : failed("SW-TUNE", complaint(name, "set", result));
  }
}

/** Undefined for knobs of the command line, and those that only can be set. */
async function valueInForce(
  name: string,
  knob: KnobFile,
  fs: CgroupFs,
  group: OwnGroup | undefined,
  shell: ShellOptions,
): Promise<Result<string | undefined>> {
  if (knob.sysctl !== undefined) return valueOf(fs, `sysctl.${knob.sysctl}`);
  if (knob.cgroup === undefined) return readValue(name, knob, shell);
  const value = group?.valueOf(knob.cgroup);
  return value === undefined ? ok(undefined) : value.ok ? ok(String(value.value)) : value;
}

function valueOf(fs: CgroupFs, kind: BuiltInKind): Result<string> {
  const actuator = ACTUATORS[kind];
  const raw = actuator.read(fs, "/");
  if (!raw.ok) return raw;
  const claimed = actuator.claimed?.(fs) ?? ok(undefined);
  return claimed.ok ? ok(String(actuator.value(fs, raw.value) ?? "")) : claimed;
}
