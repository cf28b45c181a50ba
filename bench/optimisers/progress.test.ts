import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Progress } from "./progress.ts";
import { type Unit, runUnit } from "./trial.ts";

const unit = (budget: number): Unit => ({ optimiser: "random", function: 1, dimension: 2, budget });

test("what is in the file is not run again, a line that was cut off is, and a larger budget takes the place of a smaller", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-bench-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "units.jsonl");
  const first = new Progress(file);
  assert.ok(!first.has(unit(10)));
  first.add(runUnit(unit(10)));
  first.add(runUnit(unit(20)));
  first.add(runUnit({ ...unit(10), dimension: 3 }));
  appendFileSync(file, '{"optimiser":"de","function":1');
  const again = new Progress(file);
  assert.ok(again.has(unit(10)) && again.has(unit(20)) && !again.has(unit(30)));
  assert.ok(!again.has({ ...unit(10), optimiser: "de" }));
  assert.deepEqual(
    again.results.map(({ dimension, budget }) => [dimension, budget]),
    [
      [2, 20],
      [3, 10],
    ],
  );
});

test("a run with a larger budget begins with the very run of a smaller one", () => {
  const [short, long] = [runUnit(unit(10)), runUnit(unit(40))];
  for (const [at, { hits }] of short.trials.entries())
    for (const [target, hit] of hits.entries()) if (hit > 0) assert.equal(long.trials[at]?.hits[target], hit);
});
