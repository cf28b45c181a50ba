import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { busyStatus, guardAsking, quietStatus } from "../../api/status.fixture.ts";
import type { StatusDocument } from "../../core/status.ts";
import { renderFrame, renderStatus, type FrameOptions } from "./frame.ts";
import { rootless } from "./rootless-status.fixture.ts";
import { lossWords } from "./senses.ts";

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), "golden");

const asking: StatusDocument = { ...busyStatus, guard: guardAsking };

/** The first is told by behaviour, the second has a number of its own and misses it. */
const inferred: StatusDocument = {
  ...busyStatus,
  workloads: busyStatus.workloads.map((workload) => {
    if (workload.kind === "batch") return { ...workload, confidence: 0.87 };
    if (workload.kind !== "latency") return workload;
    const numbers = { "objective.value": 57.4321, "objective.target": 5, "objective.excess": 11.5 };
    return {
      ...workload,
      objective: "http://127.0.0.1:8080/: p99 of its answers, ms",
      readings: { ...workload.readings, ...numbers },
    };
  }),
};

const FRAMES: Readonly<Record<string, readonly [StatusDocument, Partial<FrameOptions> & { width: number }]>> = {
  "busy-80x24": [busyStatus, { width: 80, height: 24, host: "web-3", keys: "q leaves the view" }],
  "busy-80x24-ascii": [busyStatus, { width: 80, height: 24, host: "web-3", keys: "q leaves the view", ascii: true }],
  "busy-80x24-colour": [busyStatus, { width: 80, height: 24, host: "web-3", keys: "q leaves the view", colour: true }],
  "busy-140x45": [busyStatus, { width: 140, height: 45, host: "web-3", keys: "q ends the layer" }],
  "busy-60x20": [
    busyStatus,
    { width: 60, height: 20, host: "web-3", notice: "the layer does not answer (4 s): trying again" },
  ],
  "quiet-80x24": [quietStatus, { width: 80, height: 24, host: "web-3", keys: "q leaves the view" }],
  "rootless-80x24": [rootless, { width: 80, height: 24, host: "laptop", keys: "q leaves the view" }],
  "asking-80x24": [asking, { width: 80, height: 24, host: "web-3", keys: "q leaves the view" }],
  "asking-140x45": [asking, { width: 140, height: 45, host: "web-3", keys: "q leaves the view" }],
  "asking-status-100": [asking, { width: 100, host: "web-3" }],
  "inferred-80x24": [inferred, { width: 80, height: 24, host: "web-3" }],
  "inferred-140x45": [inferred, { width: 140, height: 45, host: "web-3" }],
  "status-100": [busyStatus, { width: 100, host: "web-3" }],
};

for (const [name, [status, options]] of Object.entries(FRAMES)) {
  test(`looks as it was looked at: ${name} (SWARMS_GOLDEN=write draws it anew)`, () => {
    const { height } = options;
    const lines = height === undefined ? renderStatus(status, options) : renderFrame(status, { ...options, height });
    const text = `${lines.join("\n").replaceAll("\x1b", "␛")}\n`;
    const file = join(GOLDEN, `${name}.txt`);
    if (process.env["SWARMS_GOLDEN"] === "write") writeFileSync(file, text);
    assert.equal(text, readFileSync(file, "utf8"));
  });
}

test("which programs are learned yet, and until when at the earliest, stands in the header where any is", () => {
  const rowOf = (programs: NonNullable<StatusDocument["learning"]>["programs"]): string | undefined =>
    renderStatus({ ...busyStatus, ...(programs && { learning: { programs } }) }, { width: 80 }).find((row) =>
      row.startsWith(" learned "),
    );
  assert.equal(rowOf(undefined), undefined);
  assert.equal(
    rowOf({ learning: 9, learned: 3, nextMs: busyStatus.atMs + 480_000 })?.trimEnd(),
    " learned 3 of 12 programs (order of system calls) · next in 8 min or later",
  );
  assert.equal(rowOf({ learning: 0, learned: 1 })?.trimEnd(), " learned 1 of 1 program (order of system calls)");
});

test("on a host's first day the header says why nothing is contained, and until when", () => {
  const learning = { tolerantUntilMs: busyStatus.atMs + 23 * 3_600_000 };
  const rows = renderFrame({ ...busyStatus, learning }, { width: 80, height: 24 });
  const says = " learns this host for another 23 h: what may only be new is told, not contained";
  assert.ok(
    rows.some((row) => row.trimEnd() === says),
    rows.join("\n"),
  );
  assert.ok(!renderStatus(busyStatus, { width: 80 }).some((row) => row.startsWith(" learns ")));
});

test("before all else stands what waits for a person and what is wrong; nothing of that means all quiet", () => {
  const headOf = (status: StatusDocument): string =>
    (renderStatus(status, { width: 100 }).find((row) => row.startsWith(" now ")) ?? "").trim();
  assert.equal(headOf(quietStatus), "now looks for the first time");
  const calm = { ...busyStatus, workloads: busyStatus.workloads.slice(0, 1), incidents: { open: 0, latest: [] } };
  assert.equal(headOf({ ...calm, leases: [] }), "now all quiet");
  assert.equal(headOf(calm), "now all quiet · 1 change in force");
  const all = { ...busyStatus, guard: guardAsking };
  assert.equal(
    headOf(all),
    "now 1 proposal waits for you · 1 incident open · redis misses its target · 1 change in force",
  );
  const many = Array.from({ length: 4 }, (_, at) => ({ ...busyStatus.workloads[1]!, label: `r${at}` }));
  assert.equal(headOf({ ...calm, workloads: many, leases: [] }), "now r0, r1 and 2 more miss their target");
});

test("in the lowest window the open incident and what waits for a person are still in sight", () => {
  const rows = renderFrame({ ...busyStatus, guard: guardAsking }, { width: 60, height: 20 });
  for (const part of [" a-12 ", " i-7k2m9q "])
    assert.ok(
      rows.some((row) => row.startsWith(part)),
      part,
    );
});

test("losses are named by kind, most first, and however many kinds lost some", () => {
  const lost = Object.fromEntries(["exec", "bind", "open.read", "rename", "unlink"].map((kind, at) => [kind, at * 10]));
  const status = { ...quietStatus, losses: { ring: 105, damaged: 0, shed: 0 }, lost };
  assert.equal(lossWords(status), "lost 105: 40 unlink, 30 rename, 20 open.read, 15 of 2 more kinds");
  assert.equal(lossWords(quietStatus), "");
  assert.equal(
    lossWords({ ...quietStatus, losses: { ring: 7, damaged: 2, shed: 0 } }),
    "lost 9: 7 for a full ring, 2 damaged",
  );
});

test("techniques stand behind what happened, the lightest left out first, and take no row from it", () => {
  const shown = (techniques: readonly string[], width: number): string[] => {
    const latest = busyStatus.incidents.latest.map((incident) => ({ ...incident, techniques }));
    const lines = renderStatus({ ...busyStatus, incidents: { open: 1, latest } }, { width });
    const at = lines.findIndex((line) => line.startsWith(" i-7k2m9q"));
    return lines.slice(at + 1, at + 3).filter((line) => line.startsWith("   "));
  };
  const [room, long] = [["T1105"], "T1".repeat(40)];
  assert.deepEqual(shown(room, 80), ["           before, which connected to 203.0.113.9 port 4444  T1105"]);
  assert.deepEqual(shown([...room, long], 80), shown(room, 80));
  assert.deepEqual(shown([long], 80), shown([], 80));
  const own = "           before, which connected to 203.0.113.9 port 4444";
  assert.deepEqual(shown(["T1059.004-and-more-than-fits"], 80), [own, "           T1059.004-and-more-than-fits"]);
});

test("a host that is only sampled does not claim that nothing was lost, nor that nothing connects", () => {
  for (const width of [40, 60, 80, 120]) {
    const text = renderFrame(rootless, { width, height: 30 }).join("\n");
    assert.doesNotMatch(text, /none lost|connect 0/, String(width));
  }
});

test("a ring that fills is told before anything is lost", () => {
  const status = { ...quietStatus, ring: { fill: 0.4, bytes: 4096 } };
  assert.match(renderFrame(status, { width: 80, height: 24 }).join("\n"), /ring 40 % full, none lost/);
});

test("declared and frozen workloads stay in sight however quiet they are", () => {
  const busy = Array.from({ length: 30 }, (_, at) => ({
    ...busyStatus.workloads[6]!,
    label: `other-${at}`,
    readings: { "cpu.cores": 5 },
  }));
  const lines = renderFrame(
    { ...busyStatus, workloads: [...busy, ...busyStatus.workloads] },
    { width: 80, height: 24 },
  ).join("\n");
  for (const label of ["redis", "report", "backup", "shop-api"]) assert.match(lines, new RegExp(`^ ${label}`, "m"));
  assert.match(lines, /37 workloads, 4 shown/);
});

test("rules: how many are asked, why others are not, and what became of the latest files", () => {
  const counts = { inForce: 98, turnedOff: 2, inPart: 3, unusable: { events: 1, fields: 3 } };
  const shown = (rules: NonNullable<StatusDocument["rules"]>): string =>
    renderStatus({ ...busyStatus, rules }, { width: 120 }).find((line) => line.startsWith(" rules")) ?? "";
  const atMs = busyStatus.atMs - 60_000;
  assert.equal(
    shown({ ...counts, latest: { atMs } }),
    " rules 98 in force, 3 in part, 4 never fire here (1 not sensed, 3 without a field's value) · files read 1 min ago",
  );
  assert.match(shown({ ...counts, latest: { atMs, says: "SW-RULE: x" } }), /files refused 1 min ago$/);
  const unresolved = { count: 2, names: ["a.example", "b.example"] };
  assert.match(
    shown({ ...counts, inPart: 0, unusable: { events: 0, fields: 0 }, unresolved, latest: { atMs } }),
    /, host names without an address: 2 · files read/,
  );
  assert.ok(!renderStatus(busyStatus, { width: 120 }).some((line) => line.startsWith(" rules")));
});
