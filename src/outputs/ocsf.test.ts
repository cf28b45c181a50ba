import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import { ACTION_KINDS } from "../core/action.ts";
import { TECHNIQUES } from "../core/techniques.ts";
import { DETECTION_FINDING, REMEDIATION_ACTIVITY } from "./ocsf-1.6.fixture.ts";
import { ocsfEvent, type OcsfEvent } from "./ocsf.ts";
import { APPLIED, ENDED, INCIDENT, ORIGIN, WAITING } from "./record.fixture.ts";

const ajv = new Ajv({ allErrors: true, strictRequired: false });
const isFinding = ajv.compile(DETECTION_FINDING);
const isRemediation = ajv.compile(REMEDIATION_ACTIVITY);
const finding = (event: OcsfEvent): OcsfEvent => {
  assert.ok(isFinding(event), JSON.stringify([isFinding.errors, event]));
  return event;
};
const remediation = (event: OcsfEvent): OcsfEvent => {
  assert.ok(isRemediation(event), JSON.stringify([isRemediation.errors, event]));
  return event;
};

test("incidents are Detection Findings of OCSF 1.6, whatever is known of them", () => {
  const { process: _process, ...unknown } = INCIDENT;
  const all = { ...INCIDENT, techniques: Object.keys(TECHNIQUES) };
  const bare = { ...unknown, entity: "host", lineage: [], evidence: [], techniques: [] };
  const judged = { ...INCIDENT, confirmed: true, seenBefore: "i-1", judgedBy: "ann" };
  for (const record of [INCIDENT, unknown, all, bare, judged, { ...unknown, lineage: [] }])
    for (const change of ["opened", "grown", "closed"] as const) finding(ocsfEvent({ ...record, change }, ORIGIN));
});

test("what the guard did is Remediation Activity, of every kind of action", () => {
  for (const kind of ["", ...ACTION_KINDS] as const)
    for (const record of [APPLIED, ENDED, WAITING]) remediation(ocsfEvent({ ...record, kind }, ORIGIN));
});

test("the schema finds what is wrong: a missing, a misspelt and a misused attribute", () => {
  const { finding_info: _info, ...without } = ocsfEvent(INCIDENT, ORIGIN);
  assert.ok(!isFinding(without));
  assert.ok(!isFinding({ ...ocsfEvent(INCIDENT, ORIGIN), finding_inf: {} }));
  assert.ok(!isFinding({ ...ocsfEvent(INCIDENT, ORIGIN), activity_id: 4 }));
  assert.ok(!isRemediation({ ...ocsfEvent(APPLIED, ORIGIN), command_uid: 1 }));
});

test("the life of a finding: created, updated, closed, under one uid; repeats can be folded by metadata.uid", () => {
  const [opened, grown, closed] = (["opened", "grown", "closed"] as const).map((change) =>
    ocsfEvent({ ...INCIDENT, change, ...(change !== "opened" && { judgedBy: "ann" }) }, ORIGIN),
  );
  const ids = [opened, grown, closed].map((event) => [event?.activity_id, event?.type_uid, event?.["status"]]);
  assert.deepEqual(ids, [
    [1, 200401, "New"],
    [2, 200402, "In Progress"],
    [3, 200403, "Suppressed"],
  ]);
  assert.equal((opened?.["finding_info"] as { uid: string } | undefined)?.uid, "i-7k2m9q");
  assert.deepEqual([opened?.metadata["uid"], opened?.metadata["correlation_uid"]], [INCIDENT.id, "i-7k2m9q"]);
  assert.equal(closed?.["is_alert"], false);
});

test("a sub-technique names the technique above it, and a process its ancestors, without what was typed", () => {
  const event = ocsfEvent(INCIDENT, ORIGIN);
  const { attacks } = event["finding_info"] as { attacks: unknown[] };
  assert.deepEqual(attacks[1], {
    technique: { uid: "T1059", name: "Command and Scripting Interpreter" },
    sub_technique: { uid: "T1059.004", name: "Command and Scripting Interpreter: Unix Shell" },
  });
  const [{ process }] = event["evidences"] as [{ process: { pid: number; ancestry: { name: string }[] } }];
  assert.deepEqual([process.pid, process.ancestry.map(({ name }) => name)], [4711, ["sh", "nginx"]]);
  assert.ok(!JSON.stringify(event).includes("cmd_line"));
});

test("freezing isolates, ending evicts, taking back restores; what waits has no outcome yet", () => {
  const told = (record: typeof APPLIED): unknown[] => {
    const { activity_id, ...event } = ocsfEvent(record, ORIGIN);
    return [activity_id, event["activity_name"], event["status"], event["command_uid"]];
  };
  assert.deepEqual(told(APPLIED), [1, "Isolate", "Success", "a-1"]);
  assert.deepEqual(told({ ...APPLIED, kind: "kill.process" }), [2, "Evict", "Success", "a-1"]);
  assert.deepEqual(told(ENDED), [3, "Restore", "Success", "a-1"]);
  assert.deepEqual(told({ ...ENDED, written: false }), [3, "Restore", "Partial", "a-1"]);
  assert.deepEqual(told(WAITING), [1, "Isolate", "Unknown", "r-1"]);
});
