import type { FileRef } from "../core/entity.ts";
import { ok, type Result } from "../core/errors.ts";
import { probeBpfFeatures } from "./bpf-features.ts";
import { BpfExecRefusal } from "./exec-refusal.ts";
import { FanotifyRefusal } from "./fanotify-refusal.ts";
import type { ExecRefusal } from "./host-access.ts";

/** BPF LSM where the kernel was seen to call it, else fanotify; decided when first needed, as trying takes a while. */
export class ChosenRefusal implements ExecRefusal {
  private readonly procRoot: string;
  private chosen: ExecRefusal | undefined;

  constructor(procRoot: string) {
    this.procRoot = procRoot;
  }

  get means(): string {
    return this.chosen?.means ?? "";
  }

  set(group: Parameters<ExecRefusal["set"]>[0], files: readonly FileRef[]): Result<void> {
    if (this.chosen === undefined && files.length === 0) return ok(undefined);
    this.chosen ??= this.choose();
    return this.chosen.set(group, files);
  }

  list(cgroupId: number): readonly FileRef[] {
    return this.chosen?.list(cgroupId) ?? [];
  }

  private choose(): ExecRefusal {
    const lsm = probeBpfFeatures().find(({ name }) => name === "ebpf.lsm");
    // Where it only may be called, a list in the kernel proves nothing.
    const called = lsm?.available === true && lsm.found === "loads and attaches";
    return called ? new BpfExecRefusal("refuse_by_lsm") : new FanotifyRefusal(this.procRoot);
  }
}
