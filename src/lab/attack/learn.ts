import { mkdirSync } from "node:fs";
import { systemClock } from "../../core/clock.ts";
import { type Result } from "../../core/errors.ts";
import { openRecordingFile } from "../../hive/recording/file.ts";
import { learnFrom } from "../../hive/replay.ts";
import { openStore } from "../../store/store.ts";
import { without } from "./lesson.ts";

/** Run as a program: a recording, the folder of a hive that will start with what is learned from it, and when nights are (Lesson). */
const [, , path = "", folder = "", ...nights] = process.argv;

async function learn(): Promise<Result<void>> {
  const file = openRecordingFile(path);
  if (!file.ok) return file;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const opened = openStore(folder, systemClock);
  if (!opened.ok) return opened;
  const { store } = opened.value;
  const learned = await learnFrom({ source: file.value, nights: nights.map(Number) }, without([]), store);
  store.close();
  return learned;
}

const learned = await learn();
if (!learned.ok) {
  process.stderr.write(learned.says);
  process.exitCode = 1;
}
