import assert from "node:assert/strict";
import { test } from "node:test";
import { configKeys } from "./config-keys.ts";
import { configSchema } from "./config.ts";

const KEYS = configKeys();
const byKey = new Map(KEYS.map((row) => [row.key, row]));

test("every key of the schema stands in the table, once", () => {
  for (const name of Object.keys(configSchema.shape)) assert.ok(byKey.has(name), name);
  assert.equal(byKey.size, KEYS.length);
});

test("types, bounds and defaults are told as the schema has them", () => {
  assert.deepEqual(byKey.get("mode")?.type, "observe, advise or enforce");
  assert.deepEqual(byKey.get("mode")?.byDefault, "observe");
  assert.equal(byKey.get("budget.shareOfScope")?.type, "number from 0 to 1");
  assert.equal(byKey.get("budget.killsPerHour")?.type, "whole number from 0 to 1000");
  assert.equal(byKey.get("workloads[].targetMs")?.type, "number above 0 to 10000");
  assert.equal(byKey.get("scope")?.type, "list of texts");
  assert.equal(byKey.get("actions.KIND.mode")?.type, "observe, advise or enforce");
});

test("every key that is no mere bundle says what it is for", () => {
  const bundles = (key: string): boolean => KEYS.some((other) => other.key.startsWith(`${key}.`));
  // A colony's mode is the mode, of which the first key tells.
  const silent = KEYS.filter(({ key, says }) => says === "" && !bundles(key) && !key.endsWith(".mode"));
  assert.deepEqual(
    silent.map(({ key }) => key),
    [],
  );
});
