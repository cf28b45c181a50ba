import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { kernelDevice, readHostUnits, statFile } from "./host.ts";

test("stat's device number becomes major << 20 | minor, for every major and minor", () => {
  const major = fc.integer({ min: 0, max: 4095 });
  const minor = fc.integer({ min: 0, max: 2 ** 20 - 1 });
  fc.assert(
    fc.property(major, minor, (major, minor) => {
      // makedev(3) of glibc, in arithmetic that does not overflow.
      const packed = (minor & 0xff) + major * 256 + Math.floor(minor / 256) * 2 ** 20;
      assert.equal(kernelDevice(packed), major * 2 ** 20 + minor);
    }),
  );
});

test("units are those of getconf", () => {
  const units = readHostUnits();
  assert.equal(units.pageBytes, Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" })));
  assert.equal(units.ticksPerSecond, Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })));
});

test("without an auxiliary vector the usual units hold", () => {
  const { pageBytes, ticksPerSecond } = readHostUnits("/nonexistent");
  assert.deepEqual([pageBytes, ticksPerSecond], [4096, 100]);
});

test("a file is told by device and inode; one that is not there by nothing", () => {
  const stat = statSync("/proc/self/exe");
  assert.equal(statFile("/proc/self/exe")?.ino, stat.ino);
  assert.equal(statFile("/nonexistent"), undefined);
});
