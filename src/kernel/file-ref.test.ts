import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOf, kernelDevice } from "./file-ref.ts";

test("a device is told as the kernel has it, also where major or minor need the upper half (makedev(3))", () => {
  for (const [dev, major, minor] of [
    [0x801n, 8, 1],
    [0xfe00n, 254, 0],
    [22n, 0, 22],
  ] as const)
    assert.equal(kernelDevice(dev), major * 2 ** 20 + minor, dev.toString(16));
  assert.equal(kernelDevice(0x10_0801n), 8 * 2 ** 20 + 0x101);
});

test("a file that is not there has no device", () => {
  assert.equal(fileOf("/nonexistent/file"), undefined);
});
