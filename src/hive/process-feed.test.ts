import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ProcessRow } from "../core/live.ts";
import { PROCESS_FEED, ProcessFeed } from "./process-feed.ts";

const rowOf = (pid: number, comm = "sh"): ProcessRow => ({
  key: `p:${pid}@${pid}`,
  parent: "p:1@1",
  comm,
  path: "/bin/sh",
  cgroup: "/a",
  uid: 0,
});

test("the first answer is all, later ones what has changed since, and a cursor of another run gets all again", () => {
  const table = new Map([1, 2, 3].map((pid) => [pid, { ...rowOf(pid) }]));
  const feed = new ProcessFeed(() => table.values(), 5000);
  const first = feed.since(0, 0);
  assert.deepEqual([first.whole, first.rows.length], [true, 3]);
  table.delete(1);
  table.set(4, { ...rowOf(4) });
  // The table changes its records in place.
  Object.assign(table.get(2) ?? {}, { comm: "bash" });
  const soon = feed.since(first.cursor, 1);
  assert.deepEqual([soon.rows, soon.gone], [[], []], "looked at once in a while only");
  const then = feed.since(first.cursor, PROCESS_FEED.lookMs);
  assert.equal(then.whole, false);
  assert.deepEqual(
    then.rows.map(({ key, comm }) => `${key} ${comm}`),
    ["p:2@2 bash", "p:4@4 sh"],
  );
  assert.deepEqual(then.gone, ["p:1@1"]);
  assert.equal(feed.since(then.cursor + 1000, 1e6).whole, true);
  assert.equal(feed.since(4000, 1e6).whole, true);
});

test("text that could steer a terminal or a page is escaped, and long paths are cut", () => {
  const feed = new ProcessFeed(() => [{ ...rowOf(1), comm: "\u001b[2J\u202e", path: `/${"x".repeat(5000)}` }], 1);
  const [row] = feed.since(0, 0).rows;
  assert.equal(row?.comm, "\\x1b[2J\\u{202e}");
  assert.equal(row.path.length, PROCESS_FEED.longestPath);
});

test("whoever follows by cursors, however rarely, has what the table has", () => {
  const deed = fc.record({
    pid: fc.integer({ min: 1, max: 12 }),
    name: fc.constantFrom("a", "b", ""),
    looks: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const table = new Map<number, ProcessRow>();
      const feed = new ProcessFeed(() => table.values(), 1);
      const mirror = new Map<string, ProcessRow>();
      let [cursor, nowMs] = [0, 0];
      const look = (): void => {
        const list = feed.since(cursor, (nowMs += PROCESS_FEED.lookMs));
        if (list.whole) mirror.clear();
        for (const key of list.gone) mirror.delete(key);
        for (const row of list.rows) mirror.set(row.key, row);
        cursor = list.cursor;
      };
      for (const { pid, name, looks } of deeds) {
        if (name === "") table.delete(pid);
        else table.set(pid, rowOf(pid, name));
        if (looks) look();
        else feed.refresh((nowMs += PROCESS_FEED.lookMs));
      }
      look();
      assert.deepEqual(
        [...mirror.values()].map(({ key, comm }) => `${key} ${comm}`).sort(),
        [...table.values()].map(({ key, comm }) => `${key} ${comm}`).sort(),
      );
    }),
  );
});
