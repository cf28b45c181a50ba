import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { falcoAlert } from "./falco.ts";
import { APPLIED, ENDED, INCIDENT, ORIGIN, WAITING } from "./record.fixture.ts";
import { lineOf, MAX_LINE_BYTES } from "./line.ts";
import { isWanted } from "./subject.ts";

/** The alert as Falco documents it: what `falcosidekick` and the like read. */
const SHAPE = {
  type: "object",
  additionalProperties: false,
  required: ["hostname", "output", "output_fields", "priority", "rule", "source", "tags", "time"],
  properties: {
    hostname: { type: "string" },
    output: { type: "string" },
    output_fields: { type: "object", additionalProperties: { type: ["string", "number", "null"] } },
    priority: {
      enum: ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"],
    },
    rule: { type: "string" },
    source: { type: "string" },
    tags: { type: "array", items: { type: "string" } },
    time: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z$" },
  },
};
const isAlert = new Ajv({ allowUnionTypes: true }).compile(SHAPE);

test("incidents and actions have the shape of Falco's alerts", () => {
  const closed = { ...INCIDENT, change: "closed", judgedBy: "ann", evidence: [], lineage: [] } as const;
  for (const record of [INCIDENT, closed, APPLIED, ENDED, WAITING])
    assert.ok(isAlert(falcoAlert(record, ORIGIN)), JSON.stringify(isAlert.errors));
});

test("an incident's alert names the process by Falco's own fields, and says what can be folded by", () => {
  const alert = falcoAlert(INCIDENT, ORIGIN);
  assert.equal(alert.rule, "Swarms incident");
  assert.equal(alert.priority, "Warning");
  assert.equal(alert.time, "2026-11-18T11:06:40.250000000Z");
  assert.match(alert.output, /^11:06:40\.250000000: Warning x \(\/tmp\/x\) was started/);
  assert.deepEqual(alert.tags, ["incident", "T1105", "T1059.004"]);
  const expected = {
    "proc.pid": 4711,
    "proc.name": "x",
    "proc.exepath": "/tmp/x",
    "proc.pname": "sh",
    "proc.ppid": 4000,
    "proc.ancestors": "x < sh < nginx",
    "user.uid": 33,
    "container.id": "c0ffee",
    "swarms.id": INCIDENT.id,
    "swarms.incident": "i-7k2m9q",
  };
  for (const [field, value] of Object.entries(expected)) assert.equal(alert.output_fields[field], value, field);
});

test("what people confirmed is graver, what they dismissed is less so, and the configuration chooses", () => {
  const priority = (record: typeof INCIDENT): string => falcoAlert(record, ORIGIN).priority;
  assert.equal(priority({ ...INCIDENT, confirmed: true }), "Critical");
  assert.equal(priority({ ...INCIDENT, kinds: ["a", "b", "c"] }), "Error");
  assert.equal(priority({ ...INCIDENT, change: "closed" }), "Notice");
  const wants = { tell: ["incidents", "containment"], priority: "warning" } as const;
  assert.ok(isWanted(INCIDENT, wants) && isWanted(WAITING, wants));
  assert.ok(!isWanted(APPLIED, wants), "a notice is less than a warning");
  assert.ok(!isWanted(INCIDENT, { ...wants, tell: ["containment"] }));
  const weight = { ...APPLIED, kind: "cpu.weight" } as const;
  assert.ok(!isWanted(weight, { ...wants, priority: "debug" }));
  assert.ok(isWanted(weight, { tell: ["balance"], priority: "debug" }));
});

test("a line is one line, and no longer than any carrier takes, whatever the record", () => {
  const evidence = INCIDENT.evidence.flatMap((each) => Array.from({ length: 16 }, () => each));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 1024 }), (says) => {
      const lineage = INCIDENT.lineage.map((step) => ({ ...step, path: `/${says.repeat(4)}` }));
      const record = {
        ...INCIDENT,
        says: says.repeat(4),
        lineage,
        evidence: evidence.map((each) => ({ ...each, says })),
      };
      for (const format of ["falco", "ocsf"] as const) {
        const { text } = lineOf(record, format, ORIGIN);
        assert.ok(!text.includes("\n") && Buffer.byteLength(text) <= MAX_LINE_BYTES);
        JSON.parse(text);
      }
    }),
    { numRuns: 20 },
  );
});
