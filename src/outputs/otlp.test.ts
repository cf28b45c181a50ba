import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutputRecord } from "../core/output-record.ts";
import { lineOf } from "./line.ts";
import { faultsIn } from "./otlp-1.fixture.ts";
import { otlpLogs } from "./otlp.ts";
import { APPLIED, ENDED, INCIDENT, ORIGIN, WAITING } from "./record.fixture.ts";

const REQUEST = "ExportLogsServiceRequest";
const recordOf = (record: OutputRecord) => otlpLogs(record, ORIGIN).resourceLogs[0].scopeLogs[0].logRecords[0];

test("every record is what a collector takes at /v1/logs, field by field", () => {
  const { process: _process, ...unknown } = INCIDENT;
  const bare = { ...unknown, entity: "host", lineage: [], evidence: [], techniques: [] };
  const judged = { ...INCIDENT, confirmed: true, seenBefore: "i-1", judgedBy: "ann", concentration: 2 };
  for (const record of [INCIDENT, bare, judged, APPLIED, ENDED, WAITING])
    assert.deepEqual(faultsIn(JSON.parse(JSON.stringify(otlpLogs(record, ORIGIN))), REQUEST), []);
});

test("what is wrong is found: a misspelt field, a number for 64 bits, two values in one", () => {
  const good = JSON.stringify(otlpLogs(INCIDENT, ORIGIN));
  for (const [from, to] of [
    ["timeUnixNano", "time_unix_nano"],
    ['"severityNumber":13', '"severityNumber":"WARN"'],
    ['"stringValue":"swarms"', '"stringValue":"swarms","boolValue":true'],
    [/"intValue":"(\d+)"/, '"intValue":$1'],
  ] as const) {
    const wrong = good.replace(from, to);
    assert.notEqual(wrong, good, String(from));
    assert.equal(faultsIn(JSON.parse(wrong), REQUEST).length, 1, wrong);
  }
});

test("severity, time, name and words are those of the record; fields carry the names of the conventions", () => {
  const { attributes, body, ...told } = recordOf(INCIDENT);
  assert.deepEqual(told, {
    timeUnixNano: `${INCIDENT.lastMs}000000`,
    observedTimeUnixNano: `${INCIDENT.toldMs}000000`,
    severityNumber: 13,
    severityText: "Warning",
    eventName: "swarms.incident.opened",
  });
  assert.deepEqual(body, { stringValue: INCIDENT.says });
  const by = new Map(attributes.map(({ key, value }) => [key, value]));
  assert.deepEqual(by.get("process.pid"), { intValue: "4711" });
  assert.deepEqual(by.get("swarms.incident"), { stringValue: INCIDENT.incident });
  assert.deepEqual(by.get("swarms.concentration"), { doubleValue: 1.9 });
  assert.ok(!by.has("evt.time"));
  assert.equal(by.size, attributes.length, "no key twice");
  assert.equal(recordOf(APPLIED).eventName, "swarms.action.applied");
});

test("a line of this format is the same, bounded like the others", () => {
  assert.deepEqual(
    JSON.parse(lineOf(INCIDENT, "otlp", ORIGIN).text),
    JSON.parse(JSON.stringify(otlpLogs(INCIDENT, ORIGIN))),
  );
});
