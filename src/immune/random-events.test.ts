import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { SensedEvent } from "../core/event.ts";
import { fromHive } from "../core/wire/schema.ts";
import { createImmuneColony } from "./colony.ts";
import { FakeHost } from "./scenes/context.fixture.ts";

const ref = fc.record({ pid: fc.integer({ min: 0, max: 12 }), startTicks: fc.integer({ min: 0, max: 3 }) });
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom("", "/", "/usr/bin/make", "/tmp/\u001b[31m", "..", "/bin/sh", "sshd"),
);
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1_700_001_000_000, 1_700_000_999_000));
const base = { atNs: number, process: ref, comm: text, uid: fc.nat(), cgroupId: fc.nat(3), cpuCgroupId: fc.nat(3) };
const address = fc.oneof(fc.ipV4(), fc.ipV6(), text);
const event: fc.Arbitrary<SensedEvent> = fc.oneof(
  fc.record({
    ...base,
    kind: fc.constant("exec" as const),
    parent: ref,
    path: text,
    exe: fc.record({ dev: fc.nat(), ino: fc.nat() }),
    ctimeMs: number,
    mtimeMs: number,
  }),
  fc.record({ ...base, kind: fc.constant("fork" as const), child: ref }),
  fc.record({ ...base, kind: fc.constant("exit" as const), status: fc.integer() }),
  fc.record({
    ...base,
    kind: fc.constant("connect" as const),
    family: fc.constantFrom("ipv4" as const, "ipv6" as const),
    to: fc.record({ address, port: fc.integer({ min: -1, max: 70_000 }) }),
  }),
);

/** Nothing that moves a terminal's cursor or reverses a line. */
const RAW = /[^\P{C}]/u;

test("odd events never throw; all that comes of them is printable, finite and fits the wire", () => {
  let said = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), fc.anything(), (events, memory) => {
      const host = new FakeHost(createImmuneColony({ leaseMs: 1000 }));
      for (const agent of host.agents) agent.recall?.(memory);
      for (const one of events) {
        host.event(one);
        host.wait(50);
        host.tick();
      }
      for (const { evidence } of host.deposits) {
        said++;
        assert.doesNotMatch(evidence.says, RAW);
        assert.ok(evidence.weight > 0 && evidence.weight <= 10);
        assert.ok(Object.values(evidence.numbers).every(Number.isFinite));
      }
      for (const incident of host.reports) assert.doesNotMatch(incident.says, RAW);
      for (const proposal of host.proposals) assert.equal(fromHive.propose.safeParse(proposal).success, true);
      for (const agent of host.agents) JSON.stringify(agent.remember?.() ?? null);
    }),
    { seed: 6, numRuns: 300 },
  );
  assert.ok(said > 100, "the events did reach the agents");
});
