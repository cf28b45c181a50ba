import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../api/server.fixture.ts";
import { busyStatus } from "../api/status.fixture.ts";
import { layerIn } from "./command-line.fixture.ts";
import { printPlain } from "./run-plain.ts";

test("for a program a picture is one document on one line", async (t) => {
  const { state } = await layerIn(t);
  const written: string[] = [];
  const shown = printPlain(join(state, "hive/api.sock"), (status) => JSON.stringify(status), {
    write: (text) => written.push(text),
  });
  t.after(() => shown.stop());
  await until(() => written.length > 0);
  const [line = ""] = written;
  assert.equal(line.indexOf("\n"), line.length - 1);
  assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(busyStatus)));
});
