import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../core/entity.ts";
import { depositDanger } from "../evidence/danger.ts";
import { QuorumAgent } from "../quorum/quorum.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { WIDER } from "./widening.ts";

interface Fact {
  readonly kind: string;
  readonly weight: number;
  readonly technique?: string;
}

function accuse(host: FakeHost, process: ProcessRef, { kind, weight, technique }: Fact): void {
  const entity = processKey(process);
  const says = `${kind} of ${process.pid}`;
  const techniques = technique === undefined ? [] : [technique];
  depositDanger(host.context(), { agent: kind, kind, entity, weight, says, numbers: {}, techniques });
  host.settle();
  host.wait(5);
}

/** An incident on a tool, and the child that it starts. */
function tool(): { readonly host: FakeHost; readonly above: ProcessRef; readonly child: ProcessRef } {
  const host = new FakeHost([new QuorumAgent({ leaseMs: 300_000 })]);
  const above = host.existing("/tmp/tool", host.existing("/usr/bin/app"));
  begin(host, above);
  return { host, above, child: host.fork(above) };
}

function begin(host: FakeHost, process: ProcessRef): void {
  accuse(host, process, { kind: "lineage", weight: 1, technique: "T1059" });
  accuse(host, process, { kind: "fresh-file", weight: 1, technique: "T1105" });
}

test("what a child came to do is told with the incident of its parent: kinds, facts, techniques, a sentence", () => {
  const { host, child } = tool();
  begin(host, child);
  accuse(host, child, { kind: "reverse-shell", weight: 0.45, technique: "T1095" });
  const [incident, ...others] = host.incidents;
  assert.deepEqual(others, []);
  assert.deepEqual(incident?.kinds, ["fresh-file", "lineage", "reverse-shell"]);
  assert.ok(incident.techniques?.includes("T1095"));
  assert.deepEqual(
    incident.evidence.filter(({ entity }) => entity === processKey(child)).map(({ kind }) => kind),
    ["reverse-shell"],
  );
  assert.match(
    incident.says,
    new RegExp(` After that, reverse-shell of ${child.pid}\\. It happened again since, 2 times`),
  );
});

test("it stays told when the parent's own evidence grows, and when more of it comes it is told once", () => {
  const { host, above, child } = tool();
  begin(host, child);
  for (let i = 0; i < 5; i++) accuse(host, child, { kind: "reverse-shell", weight: 0.6, technique: "T1095" });
  accuse(host, above, { kind: "destination", weight: 0.6, technique: "T1071" });
  const [incident] = host.incidents;
  assert.deepEqual(incident?.kinds, ["destination", "fresh-file", "lineage", "reverse-shell"]);
  assert.ok(incident.evidence.some(({ kind }) => kind === "reverse-shell"));
  assert.equal(incident.says.split("After that,").length, 2);
});

test("a child with no other kind of evidence is a repeat and no more, and sentences are few", () => {
  const { host, child } = tool();
  begin(host, child);
  assert.doesNotMatch(host.incidents[0]?.says ?? "", /After that/);
  const kinds = ["reverse-shell", "credentials", "scan", "persistence"];
  for (const kind of kinds) accuse(host, child, { kind, weight: 0.6 });
  const [incident] = host.incidents;
  assert.equal(incident?.says.split("After that,").length, 1 + WIDER.sentences);
  assert.match(incident.says, /After that, scan of .* After that, persistence of/);
  for (const kind of kinds) assert.ok(incident.kinds.includes(kind), kind);
  assert.equal(incident.count, 2);
});
