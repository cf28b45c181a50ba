import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExecDetails } from "../../core/event.ts";
import { MESSAGE } from "../../core/wire/messages.ts";
import { snapshotProcesses } from "../../senses/snapshot.ts";
import { checkRecorded } from "./schema.ts";

test("all that a look at this host shows is taken from a recording as it was", () => {
  const seen = snapshotProcesses();
  assert.ok(seen.some(({ details }) => details !== undefined));
  for (const row of seen) assert.deepEqual(checked("seen", [row]), { ok: true, value: { name: "seen", body: [row] } });
});

test("texts that a terminal would obey, or longer than any event's, are damage", () => {
  const self = snapshotProcesses().find(({ details }) => details !== undefined);
  assert.ok(self?.details);
  const with_ = (changed: Partial<ExecDetails>): unknown => ({ ...self, details: { ...self.details, ...changed } });
  const wrong: unknown[] = [
    with_({ argv: ["\x1b[2J"] }),
    with_({ cwd: "/\u202e" }),
    with_({ exePath: "x".repeat(1_025) }),
    with_({ argv: Array.from({ length: 1_025 }, () => "") }),
    with_({ tty: -1 }),
    { ...self, container: { runtime: "docker", id: "\n" } },
  ];
  for (const row of wrong) assert.equal(checked("seen", [row]).ok, false, JSON.stringify(row).slice(0, 300));
});

function checked(name: "seen", body: readonly unknown[]): ReturnType<typeof checkRecorded> {
  return checkRecorded({ type: MESSAGE[name], payload: new TextEncoder().encode(JSON.stringify(body)) });
}
