import { FakeClock } from "../src/core/clock.ts";
import { ok } from "../src/core/errors.ts";
import { encodeMessage } from "../src/core/wire/codec.ts";
import { openRecording } from "../src/hive/recording/reader.ts";
import { RecordingWriter } from "../src/hive/recording/writer.ts";
import type { Target } from "./target.ts";

/** A recording of a host, which a person may have got from anybody. */
export function recordingTarget(): Target {
  return {
    seeds: [recorded(1), recorded(20)],
    run: (input) => {
      const opened = openRecording({ read: (at, length) => ok(input.subarray(at, at + length)) });
      if (opened.ok) for (const entry of opened.value.entries()) void entry.type;
    },
  };
}

function recorded(frames: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const clock = new FakeClock();
  const writer = new RecordingWriter((bytes) => ok(void parts.push(bytes)), clock, "fuzz");
  for (let i = 0; i < frames; i++) {
    clock.advance(100);
    writer.add(encodeMessage("leases", []));
    if (i % 5 === 0) writer.flush();
  }
  writer.end();
  return Buffer.concat(parts);
}
