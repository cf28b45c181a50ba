import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident } from "../../core/incident.ts";
import { TOLERANCE, Tolerance } from "./tolerance.ts";

const DAY_MS = 86_400_000;

function incident(more: Partial<Incident> = {}): Incident {
  return {
    id: "i-1",
    atMs: 0,
    lastMs: 0,
    entity: "p:1:1",
    concentration: 2,
    kinds: ["destination", "lineage"],
    evidence: [],
    lineage: [step("/usr/bin/backup"), step("/usr/sbin/cron")],
    says: "backup talks to a new address.",
    count: 1,
    status: "open",
    ...more,
  };
}

function step(path: string): Incident["lineage"][number] {
  return { process: "p:1:1", comm: path.slice(-15), path };
}

const alike = { program: "/bin/backup", lineage: incident().lineage, kinds: ["lineage"] };

test("what was dismissed covers the same program, started by the same, with no other kind of evidence", () => {
  const tolerance = new Tolerance();
  assert.ok(tolerance.add(incident()));
  assert.equal(tolerance.count(alike, DAY_MS)?.count, 2);
  assert.equal(tolerance.count({ ...alike, kinds: ["lineage", "destination"] }, DAY_MS)?.count, 3);
  for (const other of [
    { ...alike, kinds: ["lineage", "fresh-file"] },
    { ...alike, program: "/bin/other" },
    { ...alike, program: "" },
    { ...alike, lineage: [alike.lineage[0]!, step("/usr/sbin/sshd")] },
  ])
    assert.equal(tolerance.count(other, DAY_MS), undefined, JSON.stringify(other));
});

test("it lasts over a restart, fades a month after it last happened, and goes when a person takes it back", () => {
  const before = new Tolerance();
  before.add(incident());
  assert.equal(before.count(alike, 20 * DAY_MS)?.count, 2);
  const after = new Tolerance();
  after.recall(JSON.parse(JSON.stringify(before.remember())));
  assert.equal(after.count(alike, 45 * DAY_MS)?.count, 3, "counted on");
  assert.equal(after.count(alike, 76 * DAY_MS), undefined);
  before.remove("i-1");
  assert.equal(before.count(alike, 21 * DAY_MS), undefined);
});

test("where no program is named everything would be alike, so nothing is learned; memory is bounded, and nonsense is passed over", () => {
  const tolerance = new Tolerance();
  assert.equal(tolerance.add(incident({ lineage: [] })), false);
  for (let at = 0; at < 1000; at++) tolerance.add(incident({ id: `i-${at}` }));
  assert.equal((tolerance.remember() as unknown[]).length, TOLERANCE.incidents);
  for (const nonsense of [null, 7, {}, [null, 7, {}, { id: "i-1" }, { ...incident(), lineage: [null] }]]) {
    const fresh = new Tolerance();
    fresh.recall(nonsense);
    assert.deepEqual(fresh.remember(), []);
  }
});
