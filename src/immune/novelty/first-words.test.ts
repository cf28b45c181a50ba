import assert from "node:assert/strict";
import { test } from "node:test";
import { againInWords, firstInWords } from "./first-words.ts";

test("what is told again is no first any more, and the age of a file is that of the last start", () => {
  const cases = [
    [firstInWords("node started /bin/nc", 108, "starts"), "node started /bin/nc, new in the last minutes"],
    [firstInWords("nc connected", 40, "connections", true), "nc connected, new in the last minutes"],
    ["/tmp/x was run 17 s after it was written", "/tmp/x was run, last 17 s after it was written"],
    ["something else", "something else"],
  ] as const;
  for (const [first, again] of cases) assert.equal(againInWords(first), again);
});
