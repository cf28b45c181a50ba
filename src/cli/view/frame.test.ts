import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { busyStatus, guardAsking, NOW_MS, quietStatus } from "../../api/status.fixture.ts";
import type { StatusDocument } from "../../core/status.ts";
import { columnsOf } from "./columns.ts";
import { renderFrame, renderStatus, type FrameOptions } from "./frame.ts";
import { renderPlain } from "./plain.ts";
import { lossWords } from "./senses.ts";

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), "golden");

const { lost: _lost, merged: _merged, ring: _ring, sensors: _sensors, ...withoutKernel } = busyStatus;

const rootless: StatusDocument = {
  ...withoutKernel,
  arrangement: "rootless",
  modes: { balance: "observe", immune: "observe" },
  scope: [],
  events: {
    source: "procfs",
    perSecond: { exec: 12.4, fork: 14.02, exit: 13.6 },
    total: { exec: 1, fork: 1, exit: 1 },
  },
  leases: [],
  losses: { ring: 0, damaged: 0, shed: 0 },
};

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

/** Text as a hostile process or a taken-over hive would like it shown. */
const hostile = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\u009b31m",
    "\u202eabc",
    "漢字かな",
    "a\nb\rc\td",
    "",
    "x".repeat(5000),
  ),
);
const amount = fc.oneof(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.constantFrom(0, 0.5, 1, NaN, Infinity, -1));

interface Ingredients {
  readonly text: string;
  readonly number: number;
  readonly workloads: number;
  readonly signals: number;
  readonly intentions: number;
  readonly base: StatusDocument;
}

/** One text and one number in every place that takes any. */
function statusOf({ text, number, workloads, signals, intentions, base }: Ingredients): StatusDocument {
  const [incident] = busyStatus.incidents.latest;
  assert.ok(incident);
  return {
    ...base,
    version: text,
    scope: [text, "/a"],
    sinceMs: NOW_MS - number,
    missing: [...base.missing, text],
    host: { ...base.host, "pressure.cpu.some": number, "cpu.cores": number },
    losses: { ring: number, damaged: 0, shed: 1 },
    workloads: Array.from({ length: workloads }, (_, at) => ({
      ...busyStatus.workloads[at % 7]!,
      label: `${text}${at}`,
      readings: { "cpu.cores": number / (at + 1), "runq.delay.p99": number, tasks: at, "memory.bytes": number },
    })),
    signals: Array.from({ length: signals }, (_, at) => ({
      ...busyStatus.signals[at % 4]!,
      label: text,
      pheromone: at % 5 === 0 ? text : "danger",
      concentration: number,
      sources: [text],
    })),
    intentions: Array.from({ length: intentions }, (_, at) => ({
      ...busyStatus.intentions[at % 2]!,
      reason: text,
      atMs: number,
    })),
    incidents: { open: 1, latest: [{ ...incident, id: text, says: text, techniques: [text] }] },
  };
}

const anyStatus = fc
  .record({
    text: hostile,
    number: amount,
    workloads: fc.integer({ min: 0, max: 40 }),
    signals: fc.integer({ min: 0, max: 20 }),
    intentions: fc.integer({ min: 0, max: 20 }),
    base: fc.constantFrom(busyStatus, quietStatus, rootless),
  })
  .map(statusOf);

const withoutColour = (line: string): string => line.replaceAll(/\x1b\[[0-9;]*m/g, "");

test("whatever the state, a frame fills the screen, never overflows it, and steers nothing but colours", () => {
  fc.assert(
    fc.property(
      anyStatus,
      fc.integer({ min: 30, max: 220 }),
      fc.integer({ min: 1, max: 70 }),
      fc.boolean(),
      (status, width, height, ascii) => {
        const lines = renderFrame(status, {
          width,
          height,
          colour: true,
          ascii,
          host: status.version,
          keys: "q leaves",
        });
        assert.equal(lines.length, height);
        const bare = lines.map(withoutColour);
        for (const line of bare) {
          assert.ok(columnsOf(line) <= width, `${columnsOf(line)} columns of ${width}: ${line}`);
          assert.doesNotMatch(line, ascii ? /[^\x20-\x7e]/ : /[\p{C}\p{Zl}\p{Zp}]/u);
        }
        assert.deepEqual(
          bare.map((line) => line.trimEnd()),
          renderFrame(status, { width, height, ascii, host: status.version, keys: "q leaves" }),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("the plain form is a few lines of printable text", () => {
  fc.assert(
    fc.property(anyStatus, (status) => {
      const lines = renderPlain(status).split("\n");
      assert.ok(lines.length <= 6);
      for (const line of lines) assert.doesNotMatch(line, /[\p{C}]/u);
    }),
    { numRuns: 100 },
  );
});

test("the plain form tells what stands out", () => {
  const [first, ...more] = renderPlain(busyStatus).split("\n");
  assert.match(
    first!,
    /^\d\d:\d\d:\d\d · pressure cpu 42 %, memory 0\.2 %, io 6 % · events\/s exec 12, .* others 61 \(lost 18: 10 open\.write, 3 shed, .* 2 fork\) · 7 workloads/,
  );
  assert.match(more[0]!, /redis waits 3\.8 ms for a CPU \(p99\), its target is 1 ms/);
  assert.match(more[1]!, /does cpu\.idle 0 → 1 on \/batch\.slice\/report \(c-0017\)/);
  assert.match(more.at(-2)!, /incident i-7k2m9q, 12 s ago/);
  assert.match(
    more.at(-1)!,
    /missing here: kprobes are not built into this kernel; pressure triggers need CAP_SYS_RESOURCE/,
  );
  assert.equal(renderPlain(quietStatus).split("\n").length, 1);
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
  assert.match(renderPlain(rootless), /short-lived processes and connections unseen/);
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
  assert.ok(!renderStatus(busyStatus, { width: 120 }).some((line) => line.startsWith(" rules")));
});
