import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { busyStatus, quietStatus } from "../../api/status.fixture.ts";
import { anyStatus } from "./any-status.fixture.ts";
import { renderPlain } from "./plain.ts";
import { rootless } from "./rootless-status.fixture.ts";

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

test("a host that is only sampled says what it does not see", () => {
  assert.match(renderPlain(rootless), /short-lived processes and connections unseen/);
});
