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

test("errnoOf reads the code of a system error only", () => {
  assert.equal(errnoOf(Object.assign(new Error("x"), { code: "ENOSPC" })), "ENOSPC");
  assert.equal(errnoOf("ENOSPC"), "");
});
