import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const ref = z.strictObject({ pid: z.int().min(2), startTicks: z.int().min(0) });

const noteSchema = z.strictObject({
  /** Who tunes: while it lives, nobody else puts anything back. */
  owner: ref,
  cwd: z.string(),
  /** What runs at present, by the process that leads its session. */
  running: ref.optional(),
  /** Commands that undo what `set` commands did, in the order in which they are to be run. */
  resets: z.array(z.strictObject({ knob: z.string(), command: z.string() })),
});

/** What is to be undone should the tuning end without having done so. On the disk before the first change. */
export type UndoNote = z.infer<typeof noteSchema>;

const FILE = "undo.json";

/** `durable`: on the disk when it returns. */
export function writeNote(folder: string, note: UndoNote, durable: boolean): void {
  const path = join(folder, FILE);
  const fd = openSync(`${path}.new`, "w", 0o600);
  try {
    writeSync(fd, JSON.stringify(note));
    if (durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
}

/** Undefined where there is none, or none that can be understood. */
export function readNote(folder: string): UndoNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(folder, FILE), "utf8")));
  } catch {
    return undefined;
  }
}

export function removeNote(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
