import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey } from "../../core/entity.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { FAMILIAR, FamiliarFiles } from "./familiar-files.ts";

const EXE = "f:1:1";

function starts(files: FamiliarFiles, times: number, apartMs: number, writtenMs = 5): number {
  let factor = 1;
  for (let i = 0; i < times; i++) factor = files.started(EXE, writtenMs, i * apartMs);
  return factor;
}

test("a fresh file becomes ordinary by many quiet starts, not by a burst, and anew when it is written anew", () => {
  const files = new FamiliarFiles();
  assert.equal(starts(files, 1 + FAMILIAR.halvesEvery, FAMILIAR.apartMs), 0.5);
  assert.equal(starts(files, 1, 0, 6), 1);
  assert.ok(starts(new FamiliarFiles(), 500, 1) > 0.9);
});

test("what ran in a process in danger never becomes ordinary", () => {
  const host = new FakeHost([]);
  const process = host.existing("/tmp/x");
  const entity = processKey(process);
  const exe = host.context().processes.get(entity)?.exe ?? "";
  const files = new FamiliarFiles();
  files.started(exe, 5, 0);
  for (const kind of ["fresh-file", "lineage"])
    depositDanger(host.context(), { agent: kind, kind, entity, weight: 1, says: "x", numbers: {} });
  files.onDanger(entity, host.context());
  for (let i = 1; i < 50; i++) assert.equal(files.started(exe, 5, i * FAMILIAR.apartMs), 1);
});
