import { statSync } from "node:fs";
import type { ProfileFile } from "../../core/sequence-profile.ts";
import { fileOf } from "../../kernel/file-ref.ts";

/** An executable as the kernel's profiles name it; undefined where it is not there. */
export function profileFileOf(path: string): ProfileFile | undefined {
  const file = fileOf(path);
  const ctimeNs = statSync(path, { bigint: true, throwIfNoEntry: false })?.ctimeNs;
  return file === undefined || ctimeNs === undefined
    ? undefined
    : { dev: file.dev, ino: file.ino, changeMs: Number(ctimeNs / 1_000_000n) };
}
