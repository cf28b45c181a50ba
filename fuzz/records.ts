import { EVENT_CODES } from "../src/core/event.ts";
import type { Random } from "../src/core/random.ts";
import { RING_HEADER_BYTES } from "../src/core/wire/ring-format.ts";
import { RecordIntake } from "../src/hive/record-intake.ts";
import { RecordDecoder } from "../src/senses/decode.ts";
import { connectRecord, execRecord, exitRecord, forkRecord, nameRecord } from "../src/senses/records.fixture.ts";
import { HEAD } from "../src/senses/records.ts";
import { Sequences } from "../src/senses/sequence.ts";
import type { Target } from "./target.ts";

const CODES = Object.values(EVENT_CODES);

/** The kernel's records, as they lie in the ring and come through the pipe: texts in them are what processes chose. */
export function recordsTarget(): Target {
  const one = [
    execRecord(
      { pid: 7 },
      { path: "/bin/sh", argv: ["sh", "-c", "x"], cwd: "/tmp", cgroup: "/a", exePath: "/bin/dash" },
    ),
    forkRecord({ pid: 7 }, 8, 2_000_000_000n),
    exitRecord({ pid: 8 }, 9),
    nameRecord({ pid: 8 }, "\u001b[31m"),
    connectRecord({ pid: 8 }, 2, [127, 0, 0, 1], 80),
    connectRecord({ pid: 8 }, 10, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4], 443),
  ];
  // One for all inputs, as a hive has: what the caches keep of one must not break the next.
  const decoder = new RecordDecoder(new Sequences());
  const take = (bytes: Uint8Array): number => decoder.decode(bytes, () => {}).consumed;
  const begin = (): RecordIntake => new RecordIntake({ take, nowMs: () => 0 });
  let kept = begin();
  return {
    seeds: [...one, Buffer.concat(one)],
    run: (input) => {
      kept.memory.set(input);
      kept.read(input.length);
      // What is left of a record stays for the next input, as between two reads; broken, a hive begins anew.
      if (kept.work(1) === "broken") kept = begin();
    },
    mend: (input, random) => (random() < 0.5 ? input : fitted(input, random)),
  };
}

/** A record of any kind, system calls too, whose lengths are right: what lies behind them is reached. */
function fitted(input: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(input.subarray(0, 4096));
  const size = (bytes.length - RING_HEADER_BYTES) & ~7;
  if (size < HEAD.bytes) return input;
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size, true);
  view.setUint16(RING_HEADER_BYTES + HEAD.size, size, true);
  view.setUint16(RING_HEADER_BYTES + HEAD.kind, CODES[Math.floor(random() * CODES.length)]!, true);
  return bytes.subarray(0, RING_HEADER_BYTES + size);
}
