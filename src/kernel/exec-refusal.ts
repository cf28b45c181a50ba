import type { FileRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { BpfObject } from "./bpf-object.ts";
import { openBuiltObject } from "./bpf-object-built.ts";
import type { ExecRefusal } from "./host-access.ts";

/** REFUSED_LEVELS of bpf/deny.h: groups below the root that a program's group may lie deep. */
const LEVELS = 24;
const KEY_BYTES = 24;

interface Group {
  readonly id: number;
  readonly path: string;
}

/** Refuses executables by one program of bpf/refuse.bpf.c, which is loaded while there is anything to refuse. */
export class BpfExecRefusal implements ExecRefusal {
  readonly means: string;
  private readonly program: "refuse_by_signal" | "refuse_by_lsm";
  private object: BpfObject | undefined;

  constructor(program: "refuse_by_signal" | "refuse_by_lsm") {
    this.program = program;
    this.means = program === "refuse_by_lsm" ? "BPF LSM" : "a signal before the first instruction";
  }

  set({ id, path }: Group, files: readonly FileRef[]): Result<void> {
    // Half of the levels are left to groups below.
    if (path.split("/").length > LEVELS / 2) return failed("SW-GUARD-KNOB", `${path} lies too deep`);
    const loaded = files.length === 0 ? ok(this.object) : this.load();
    if (!loaded.ok) return loaded;
    const map = loaded.value?.map("refused");
    const wanted = new Map(files.map((file) => [keyOf(id, file).toString("hex"), keyOf(id, file)]));
    const before = map === undefined ? [] : this.keysOf(id).map((key) => Buffer.from(key).toString("hex"));
    for (const [name, key] of wanted) {
      const added = before.includes(name) ? ok(undefined) : (map?.set(key, new Uint8Array(8)) ?? ok(undefined));
      if (!added.ok) return added;
    }
    for (const name of before) if (!wanted.has(name)) map?.delete(Buffer.from(name, "hex"));
    this.unloadIfIdle();
    return ok(undefined);
  }

  list(cgroupId: number): readonly FileRef[] {
    return this.keysOf(cgroupId).map((key) => {
      const view = Buffer.from(key);
      return { dev: view.readUInt32LE(16), ino: Number(view.readBigUInt64LE(8)) };
    });
  }

  private keysOf(cgroupId: number): Uint8Array[] {
    const keys = this.object === undefined ? [] : [...this.object.map("refused").keys()];
    return keys.filter((key) => Buffer.from(key).readBigUInt64LE(0) === BigInt(cgroupId));
  }

  private load(): Result<BpfObject> {
    if (this.object !== undefined) return ok(this.object);
    const opened = openBuiltObject("refuse");
    if (!opened.ok) return opened;
    opened.value.want([this.program]);
    const loaded = opened.value.load();
    const attached = loaded.ok ? opened.value.attach(this.program) : loaded;
    if (attached.ok) this.object = opened.value;
    else opened.value.close();
    return attached.ok ? ok(opened.value) : attached;
  }

  /** What nobody needs costs nothing: the program sits on every exec of the host. */
  private unloadIfIdle(): void {
    if (this.object === undefined || [...this.object.map("refused").keys()].length > 0) return;
    this.object.close();
    this.object = undefined;
  }
}

/** struct refused_key of bpf/deny.h. */
function keyOf(cgroupId: number, { dev, ino }: FileRef): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeBigUInt64LE(BigInt(cgroupId), 0);
  key.writeBigUInt64LE(BigInt(ino), 8);
  key.writeUInt32LE(dev, 16);
  return key;
}
