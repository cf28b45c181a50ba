import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fromHive } from "../core/wire/schema.ts";
import { assertApplied, assertRefused, ENFORCE, proposal, world } from "./guard.fixture.ts";

const HOSTILE = ["a", "/", ".", "é", "😀", "\u2028", "\ufffd", "\ud800", "\u0001"];

/** As long as a message may be, or nearly: the wire counts UTF-16 units, the kernel bytes. */
const longest = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom(...HOSTILE))
    .map(([length, letter]) => `/${letter.repeat(length)}`.repeat(4096).slice(0, 4094)),
  fc.string({ unit: fc.constantFrom(...HOSTILE), minLength: 200, maxLength: 4000, size: "max" }),
);

test("no target that the wire lets through makes the guard throw, however long", (t) => {
  const w = world(t, { ...ENFORCE, scope: ["/swarms"] });
  const kinds = fc.constantFrom("cpu.weight", "cpu.idle", "freeze");
  const property = fc.property(kinds, longest, fc.constantFrom("w:", "w:/swarms", ""), (kind, path, prefix) => {
    const asked = proposal(kind, (prefix + path).slice(0, 4096), 1);
    assert.ok(fromHive.propose.safeParse(asked).success);
    assert.equal(w.guard.decide(asked).outcome, "refused");
  });
  fc.assert(property, { seed: 20260102, numRuns: 150, examples: [["cpu.weight", "/aaaaaaa".repeat(511), "w:"]] });
});

test("a group has one spelling: what is no text, or stands for bytes that are none, names no group", (t) => {
  const w = world(t);
  w.host.group("/swarms/\ufffd", [301]);
  for (const name of ["\ud800", "\ufffd"]) assertRefused(w.propose("freeze", `/swarms/${name}`, 1), "SW-GUARD-SCOPE");
});

test("a process is found in a group whose name ends a line for some readers", (t) => {
  const w = world(t);
  const cgroup = w.host.group("/swarms/evil\u2028x", [301]);
  assert.equal(assertApplied(w.guard.decide(proposal("freeze", "p:301@3010", 1))).cgroup, cgroup);
});
