import { ok, type Result } from "../../core/errors.ts";
import type { Incident } from "../../core/incident.ts";
import { openRecordingFile } from "../../hive/recording/file.ts";
import { replayChanged } from "../../hive/replay.ts";
import { without } from "./lesson.ts";

/** Run as a program: the lesson's recording, its nights with commas between, the judged one, then names of agents that are left out. Prints `Replayed` as JSON. */
export type Replayed = { readonly incidents: readonly Incident[] } | { readonly problem: string };

const [, , lessonPath = "", nights = "", path = "", ...off] = process.argv;

async function incidentsWithout(): Promise<Result<readonly Incident[]>> {
  const lesson = openRecordingFile(lessonPath);
  if (!lesson.ok) return lesson;
  const file = openRecordingFile(path);
  if (!file.ok) return file;
  const source = lesson.value;
  const report = await replayChanged(file.value, {
    ...without(off),
    lesson: { source, nights: nights.split(",").map(Number) },
  });
  return report.ok ? ok(report.value.incidents) : report;
}

const incidents = await incidentsWithout();
const replayed: Replayed = incidents.ok ? { incidents: incidents.value } : { problem: incidents.says };
process.stdout.write(JSON.stringify(replayed));
