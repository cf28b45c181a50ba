import type { Clock } from "../../core/clock.ts";
import type { Result } from "../../core/errors.ts";
import type { SeenProcess } from "../../core/event.ts";
import { encodeMessage } from "../../core/wire/codec.ts";
import { encodeList } from "../../core/wire/list-frames.ts";
import type { Hello } from "../../core/wire/messages.ts";
import { type Sink, RecordingWriter } from "./writer.ts";

/** Begins a recording as the warden introduces itself to a hive: hello, then every process that runs already. */
export function beginRecording(
  sink: Sink,
  clock: Clock,
  hello: Omit<Hello, "folder">,
  seen: readonly SeenProcess[],
): Result<RecordingWriter> {
  const writer = new RecordingWriter(sink, clock, `swarms ${hello.version}`);
  // Nothing that a replay needs depends on where this host keeps its files, or on whom it protects.
  const config = { ...hello.config, protect: { cgroups: [], executables: [] } };
  writer.add(encodeMessage("hello", { ...hello, config, folder: "" }));
  for (const frame of encodeList("seen", seen)) writer.add(frame);
  const begun = writer.flush();
  return begun.ok ? { ok: true, value: writer } : begun;
}
