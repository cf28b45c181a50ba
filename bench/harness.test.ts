import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { spreadOf } from "../src/lab/spread.ts";
import {
  atLeast,
  atMost,
  benchOptions,
  conclude,
  type Figure,
  interleaved,
  isHeld,
  ratios,
  render,
} from "./harness.ts";

const exitCode = process.exitCode;
afterEach(() => {
  process.exitCode = exitCode;
});

const fast: Figure = { name: "fast", spread: spreadOf([3e6, 1e6, 2e6]), unit: "ops/s", limit: atLeast(1.5e6) };
const large: Figure = { name: "large", spread: spreadOf([250]), unit: "MB", limit: atMost(200) };
const plain: Figure = { name: "baseline", spread: spreadOf([0.5]), unit: "ops/s" };

test("cases are interleaved in turning order after a warm-up that does not count", async () => {
  const order: string[] = [];
  const cases = ["a", "b"].map((name) => ({ name, run: () => order.push(name) }));
  const figures = await interleaved(cases, 2);
  assert.deepEqual(order, ["a", "b", "a", "b", "b", "a"]);
  assert.deepEqual(
    [...figures],
    [
      ["a", [3, 6]],
      ["b", [4, 5]],
    ],
  );
});

test("a bar is held by its median, in its own sense; a figure without a limit is no bar", () => {
  assert.deepEqual([fast, large, plain].map(isHeld), [true, false, true]);
  assert.equal(isHeld({ ...fast, limit: atLeast(2e6) }), true);
  assert.equal(isHeld({ ...fast, limit: atLeast(2_000_001) }), false);
});

test("ratios are taken round by round", () => {
  assert.deepEqual(ratios([10, 40, 90], [1, 2, 3]), { median: 20, min: 10, max: 30 });
});

test("people get figures with their range, then bars with the verdict", () => {
  assert.equal(
    render("title", [fast, plain, large], false),
    [
      "title",
      "",
      "  figure    median           range",
      "  fast      2,000,000 ops/s  1,000,000 to 3,000,000",
      "  baseline  0.5 ops/s        0.5 to 0.5",
      "  large     250 MB           250 to 250",
      "",
      "  bar    figure           limit",
      "  fast   2,000,000 ops/s  at least 1,500,000  held",
      "  large  250 MB           at most 200         MISSED",
      "",
    ].join("\n"),
  );
});

test("programs get one object a line for each bar", () => {
  const lines = render("title", [fast, plain, large], true).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line): unknown => JSON.parse(line)),
    [
      { bar: "fast", value: 2e6, unit: "ops/s", limit: 1.5e6, held: true },
      { bar: "large", value: 250, unit: "MB", limit: 200, held: false },
    ],
  );
});

test("a miss is an exit code only where asked for", (t) => {
  t.mock.method(process.stdout, "write", () => true);
  const options = { quick: true, json: false, check: false };
  process.exitCode = 0;
  conclude("title", [large], options);
  assert.equal(process.exitCode, 0);
  conclude("title", [fast], { ...options, check: true });
  assert.equal(process.exitCode, 0);
  conclude("title", [large], { ...options, check: true });
  assert.equal(process.exitCode, 1);
});

test("arguments that are not understood are said and end with 64", (t) => {
  assert.deepEqual({ ...benchOptions(["--json", "--quick"]) }, { quick: true, json: true, check: false });
  const said = t.mock.method(process.stderr, "write", () => true);
  assert.equal(benchOptions(["--fast"]), undefined);
  assert.equal(process.exitCode, 64);
  assert.match(String(said.mock.calls[0]?.arguments[0]), /--fast[^]*usage:/);
});
