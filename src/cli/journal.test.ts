import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "../core/clock.ts";
import { openJournal } from "../guard/journal/journal.ts";
import { INTENT, stateOf, swarms } from "./command-line.fixture.ts";

test("the journal verifies, shows itself, and a tampered one is located, exit 65", async (t) => {
  const state = stateOf(t);
  const folder = join(state, "journal");
  const journal = openJournal(folder, { clock: systemClock });
  assert.ok(journal.ok);
  journal.value.append("intent", INTENT);
  const result = { action: "c-0002", ok: true, raw: "1", code: "", says: "", putBack: false };
  journal.value.append("result", result);
  journal.value.append("note", { says: "a thing worth keeping" });
  journal.value.close();
  const verified = await swarms(["journal", "verify", "--state", state]);
  assert.equal(verified.code, 0);
  assert.match(verified.out, /^OK: 5 records in 1 segment, .* UTC, each continues the one before\n/);
  assert.match(verified.out, /signed up to record 4 \(1 signature by key [0-9a-f]{16}\)/);
  assert.match(
    (await swarms(["journal", "show", "--last", "2", "--state", state])).out,
    /^ +4 {2}.* note +a thing worth keeping\n +5 {2}.* signed +record 4/,
  );
  assert.match((await swarms(["journal", "show", "--state", state])).out, / result +c-0002 read back: 1\n/);
  const file = join(folder, "journal.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replace("worth keeping", "worth forging"));
  const forged = await swarms(["journal", "verify", "--state", state]);
  assert.equal(forged.code, 65);
  assert.match(forged.err, /SW-JOURNAL-DAMAGED.*\n.*line 4: record 4 was edited/);
  assert.equal((await swarms(["journal", "verify", "--state", join(state, "none")])).code, 66);
});
