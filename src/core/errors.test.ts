import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRORS, SwarmsError, errnoOf } from "./errors.ts";

test("every code says what it means, what to do, and has an exit status by sysexits", () => {
  for (const [code, spec] of Object.entries(ERRORS)) {
    assert.match(code, /^SW-[A-Z]+(-[A-Z0-9]+)*$/);
    assert.ok(spec.means.length > 10 && spec.todo.length > 5, code);
    assert.ok(spec.exit >= 64 && spec.exit <= 78, code);
  }
});

test("a report has the code, the detail and the way out", () => {
  const error = new SwarmsError("SW-NEEDS-ROOT", "freezing /a");
  assert.equal(error.report, "SW-NEEDS-ROOT: this needs root\n  freezing /a\n  → run it with sudo");
  assert.equal(error.exit, 77);
});

test("where more is known than the code's own advice, that is what to do", () => {
  const error = new SwarmsError("SW-NOT-FOUND", "no trail is called t-1", { todo: "see `swarms trails`" });
  assert.equal(
    error.report,
    `SW-NOT-FOUND: ${ERRORS["SW-NOT-FOUND"].means}\n  no trail is called t-1\n  → see \`swarms trails\``,
  );
});

test("a program is told the same on one line", () => {
  const { json } = new SwarmsError("SW-NEEDS-ROOT", "freezing\n/a");
  assert.ok(!json.includes("\n"));
  assert.deepEqual(JSON.parse(json), {
    error: { code: "SW-NEEDS-ROOT", means: "this needs root", says: "freezing\n/a", todo: "run it with sudo" },
  });
});

test("errnoOf reads the code of a system error only", () => {
  assert.equal(errnoOf(Object.assign(new Error("x"), { code: "ENOSPC" })), "ENOSPC");
  assert.equal(errnoOf("ENOSPC"), "");
});
