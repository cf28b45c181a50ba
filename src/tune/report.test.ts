import assert from "node:assert/strict";
import { test } from "node:test";
import { knobsOf } from "./knob.ts";
import { textReport } from "./report.ts";
import type { TuneResult } from "./result.ts";
import { tuneSchema } from "./tune-file.ts";
import { whatToType } from "./what-to-type.ts";

const RESULT: TuneResult = {
  path: "/x.yaml",
  outcome: "better",
  metric: { name: "time", unit: "s", direction: "lower" },
  default: 1.23456,
  best: 0.8,
  effect: -0.352,
  interval: [-0.41, -0.3],
  level: 0.95,
  pairs: 7,
  knobs: [
    { name: "threads", default: "1", best: "4", importance: 0.82 },
    { name: "evil\u001b[31m", default: "a", best: "b", importance: 0.1 },
  ],
  together: 0.08,
  explained: 0.7,
  settings: 31,
  runs: 100,
  failed: 2,
  seconds: 125,
  ended: "budget",
  history: "/state/history.jsonl",
  notes: ["3 of 12 runs of the default did not do: size is 4, not below 3"],
};

test("the report says what is better, how sure, by which knobs, and what to type", () => {
  assert.equal(
    textReport(RESULT, ["run \\\n  4"]),
    `
Better: time 35.2 % lower (95 % interval: 30.0 % to 41.0 % lower)
  confirmed by 7 pairs of runs against the default, median 1.235 s before, 0.8 s after

  knob          default  best  importance
  threads       1        4     82 %
  evil\\x1b[31m  a        b     10 %
  together                     8 %

importance: share of the differences over the whole range; 70 % of them are foreseen by the model behind it

to put it in force:
  run \\
    4

100 runs of 31 settings in 2 min, 2 of which failed
every run: /state/history.jsonl
note: 3 of 12 runs of the default did not do: size is 4, not below 3
`,
  );
});

test("what did not hold, and what was not found, is said as such", () => {
  const unsure = textReport({ ...RESULT, outcome: "unconfirmed", interval: [-0.1, 0.05], effect: -0.02 }, []);
  assert.match(
    unsure,
    /^\nKeep the default: what looked better in the search did not hold when it was measured again\n/,
  );
  assert.match(unsure, /time 2\.0 % lower \(95 % interval: 10\.0 % lower to 5\.0 % higher\); 7 pairs/);
  assert.doesNotMatch(unsure, /to put it in force/);
  const none = textReport(
    {
      ...RESULT,
      outcome: "nothing",
      interval: null,
      effect: null,
      explained: null,
      together: null,
      ended: "exhausted",
    },
    [],
  );
  assert.match(none, /^\nKeep the default \(1\.235 s\): nothing better was found\n/);
  assert.match(none, /too little was measured/);
  assert.match(none, /ended early: there was nothing new to try/);
  const untried = textReport({ ...RESULT, outcome: "nothing", settings: 1, runs: 5, failed: 0, ended: "budget" }, []);
  assert.match(
    untried,
    /^\nKeep the default \(1\.235 s\): nothing else was tried, for the budget is too small; give it more/,
  );
  assert.match(untried, /\n5 runs of 1 setting in /);
});

test("each way to set a knob has a line that puts it in force", () => {
  const file = tuneSchema.parse({
    command: "job -j {jobs}\n",
    metric: { direction: "lower" },
    knobs: {
      jobs: { range: [1, 9], integer: true, default: 1 },
      e: { choices: ["it's", "b"], default: "b", env: "E" },
      s: { range: [0, 100], integer: true, sysctl: "vm.swappiness", default: 60 },
      c: { range: [1, 100], integer: true, cgroup: "cpu.max", default: 50 },
      t: { range: [1, 9], default: 1, set: "tool --to {value}", reset: "tool" },
      r: { range: [1024, 4096], integer: true, cgroup: "io.max", default: 4096 },
    },
  });
  const knobs = knobsOf(file, {});
  assert.ok(Array.isArray(knobs));
  const words = ["3", "it's", "10", "70", "2.5", "2048"];
  assert.deepEqual(whatToType(file, knobs, words), [
    "sysctl -w vm.swappiness=10",
    "tool --to 2.5",
    String.raw`export E='it'\''s'`,
    'systemd-run --scope -p CPUQuota=70% -p "IOReadBandwidthMax=$PWD 2097152" -p "IOWriteBandwidthMax=$PWD 2097152" ' +
      "sh -c 'job -j 3'",
  ]);
});
