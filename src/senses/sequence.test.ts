import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { EVENT_CODES } from "../core/event-kinds.ts";
import { Sequences } from "./sequence.ts";

test("whatever is lost between the first and the last is counted, also where neighbours are swapped", () => {
  const kept = fc.array(fc.boolean(), { minLength: 1, maxLength: 200, size: "max" });
  fc.assert(
    fc.property(kept, fc.nat(2 ** 40), fc.nat(), (keep, from, swap) => {
      const numbers = keep.flatMap((here, at) => (here ? [from + at] : []));
      const [a, b] = [swap % Math.max(1, numbers.length), (swap + 1) % Math.max(1, numbers.length)];
      [numbers[a], numbers[b]] = [numbers[b] ?? from, numbers[a] ?? from];
      const sent = numbers.slice(0, keep.filter(Boolean).length);
      const sequences = new Sequences();
      for (const seq of sent) sequences.take(EVENT_CODES.connect, seq);
      const lost = sent.length === 0 ? 0 : Math.max(...sent) - Math.min(...sent) + 1 - sent.length;
      assert.deepEqual(sequences.of("connect"), { received: sent.length, gaps: lost });
      assert.deepEqual(sequences.total(), sequences.of("connect"));
      assert.deepEqual(sequences.of("exec"), { received: 0, gaps: 0 });
    }),
  );
});

test("a code that no kind can have is passed over", () => {
  const sequences = new Sequences();
  for (const code of [40, 65_535]) sequences.take(code, 9);
  assert.deepEqual(sequences.total(), { received: 0, gaps: 0 });
});
