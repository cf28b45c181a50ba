import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision, Outcome, Proposal } from "../core/action.ts";
import { NO_LOSSES, type WorkloadInfo } from "../core/reading.ts";
import { AdoptionAgent } from "./adoption.ts";
import { Plant } from "./plant.fixture.ts";

const STRAY: WorkloadInfo = {
  name: "declared:shop",
  kind: "latency",
  label: "shop",
  cgroup: false,
  targetNs: 1e6,
  adoptInto: "/batch.slice",
};
const ADOPTED: WorkloadInfo = {
  name: "/batch.slice/swarms-adopted/shop",
  kind: "latency",
  label: "shop",
  cgroup: true,
  targetNs: 1e6,
};

/** What is proposed within a minute of turns; the guard gives this answer. */
function proposals(infoAt: (ms: number) => WorkloadInfo[], outcome: Outcome): (Proposal & { atMs: number })[] {
  const agent = new AdoptionAgent({ leaseMs: 10_000 });
  const found: (Proposal & { atMs: number })[] = [];
  for (let nowMs = 0; nowMs < 60_000; nowMs += 250) {
    const asked: Proposal[] = [];
    const context = {
      ...new Plant().context(),
      nowMs,
      wallMs: nowMs,
      propose: (proposal: Omit<Proposal, "id">) => {
        asked.push({ ...proposal, id: `p-${nowMs}` });
        return `p-${nowMs}`;
      },
    };
    agent.onReadings({ atMs: nowMs, workloads: infoAt(nowMs), readings: [], losses: NO_LOSSES, events: {} }, context);
    for (const { id, kind } of asked) {
      const decision: Decision = {
        proposal: id,
        action: "c-1",
        outcome,
        kind,
        cgroup: "",
        from: "",
        to: "",
        untilMs: nowMs + 10_000,
        code: "",
        says: "",
      };
      agent.onDecision(decision, context);
    }
    found.push(...asked.map((proposal) => ({ ...proposal, atMs: nowMs })));
  }
  return found;
}

test("asks for the subtree, by a lease that is renewed also when nobody is astray any more", () => {
  const asked = proposals((ms) => [ms < 5000 ? STRAY : ADOPTED], "applied");
  assert.ok(asked.length >= 11 && asked.length <= 13, `${asked.length}`);
  for (const { kind, target, value } of asked) assert.deepEqual([kind, target, value], ["adopt", "w:/batch.slice", 1]);
});

test("asks for nothing where all have their own, and rarely where it is refused", () => {
  assert.deepEqual(
    proposals(() => [{ ...ADOPTED, name: "/batch.slice/shop" }], "applied"),
    [],
  );
  const refused = proposals(() => [STRAY], "refused");
  assert.ok(refused.length <= 3, `${refused.length}`);
});

test("lets go when what was declared has gone", () => {
  const asked = proposals((ms) => (ms < 20_000 ? [STRAY] : []), "applied");
  assert.ok(Math.max(...asked.map(({ atMs }) => atMs)) < 20_000);
});
