import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { OpenChanges } from "../change.ts";
import { decodeLine, encodeLine, GENESIS } from "./record.ts";
import { findDamage, scanRecent } from "./scan.ts";
import { listSegments } from "./segments.ts";
import { intentOf, Sessions, SMALL } from "./session.fixture.ts";
import { verifyFile } from "./verify-file.ts";

test("whatever bytes are put anywhere into a segment, reading it ends, and says that it was damaged", () => {
  const sessions = new Sessions({ ...SMALL, totalBytes: Number.POSITIVE_INFINITY });
  try {
    for (let i = 0; i < 20; i++) sessions.journal.append("intent", intentOf("freeze", `/${i}`));
    sessions.journal.close();
    const segments = listSegments(sessions.folder).map(({ path }) => ({ path, bytes: readFileSync(path) }));
    assert.ok(segments.length > 2);
    const property = fc.property(
      fc.nat(segments.length - 1),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(300),
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.string().map((text) => Buffer.from(text)),
      ),
      (which, place, drop, put) => {
        const { path, bytes } = segments[which]!;
        const at = Math.floor(place * bytes.length);
        const changed = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
        if (changed.equals(bytes)) return;
        writeFileSync(path, changed);
        try {
          const torn = which === segments.length - 1 && changed.subarray(0, bytes.length).equals(bytes);
          assert.equal(findDamage(sessions.folder).ok, torn);
          const open = new OpenChanges();
          scanRecent(sessions.folder, (record) => open.add(record));
          verifyFile(path);
        } finally {
          writeFileSync(path, bytes);
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  } finally {
    sessions.remove();
  }
});

test("a body that no version wrote, with a fitting hash, is no record, and folds into nothing", () => {
  const types = fc.constantFrom(
    "open",
    "intent",
    "result",
    "revert",
    "carried",
    "segment",
    "removed",
    "signed",
    "note",
  );
  const fields = fc.constantFrom("kind", "cgroup", "action", "ok", "rebase", "replaces", "bootId", "records", "parts");
  const property = fc.property(types, fc.oneof(fc.anything(), fc.dictionary(fields, fc.jsonValue())), (type, body) => {
    const { line } = encodeLine({ seq: 1, atMs: 1, type: type as "note", body: body as { says: string } }, GENESIS);
    const record = decodeLine(line);
    if (record === undefined) return;
    const open = new OpenChanges();
    open.add(record);
    open.newestFirst("");
  });
  fc.assert(property, { numRuns: 2000 });
});
