import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { absolute, isWhole } from "./path-of.ts";

/** Part by part, as it is said. */
function plainly(typed: string, folder: string): string | undefined {
  if (typed === "") return undefined;
  if (!typed.startsWith("/") && !folder.startsWith("/")) return typed;
  const parts: string[] = [];
  for (const part of (typed.startsWith("/") ? typed : `${folder}/${typed}`).split("/"))
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  return `/${parts.join("/")}`;
}

const path = fc.array(fc.constantFrom("/", "//", ".", "..", "...", "a", ".a", "a.", "a..b"), { maxLength: 7 });

test("paths from the root are what taking them apart gives, those that need nothing are left as they are", () => {
  fc.assert(
    fc.property(path, path, (typed, folder) => {
      const [one, other] = [typed.join(""), folder.join("")];
      assert.equal(absolute(one, other), plainly(one, other));
      assert.equal(isWhole(one), one.length > 1 && one.startsWith("/") && plainly(one, "") === one);
    }),
    { numRuns: 5000 },
  );
});
