import assert from "node:assert/strict";
import { test } from "node:test";
import { closeSync, openSync, statSync } from "node:fs";
import { deviceOfMount, fileOf, fileOfDescriptor, kernelDevice } from "./file-ref.ts";

test("a device is told as the kernel has it, also where major or minor need the upper half (makedev(3))", () => {
  for (const [dev, major, minor] of [
    [0x801n, 8, 1],
    [0xfe00n, 254, 0],
    [22n, 0, 22],
  ] as const)
    assert.equal(kernelDevice(dev), major * 2 ** 20 + minor, dev.toString(16));
  assert.equal(kernelDevice(0x10_0801n), 8 * 2 ** 20 + 0x101);
});

test("a subvolume's files are of the file system's device, as the mount table tells it, not of that which stat(2) makes up", () => {
  const mountinfo = [
    "22 27 0:21 / /proc rw,relatime - proc proc rw",
    "122 27 0:33 /@home /home rw,relatime shared:2 - btrfs /dev/vda2 rw,space_cache=v2,subvolid=257,subvol=/@home",
    "27 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw",
    "",
  ].join("\n");
  assert.equal(deviceOfMount(mountinfo, 122), 33);
  assert.equal(deviceOfMount(mountinfo, 27), 254 * 2 ** 20 + 1);
  assert.equal(deviceOfMount(mountinfo, 2), undefined);
});

test("what has no disk below it is looked up by its mount, by path and by descriptor alike", () => {
  for (const path of ["/proc/self/status", "/dev/null", process.execPath, "/proc/self/exe"]) {
    const { ino, dev } = statSync(path, { bigint: true });
    const found = fileOf(path);
    // proc, devtmpfs and this disk have no subvolumes: there both say the same.
    assert.deepEqual(found, { dev: kernelDevice(dev), ino: Number(ino) }, path);
    const fd = openSync(path, "r");
    assert.deepEqual(fileOfDescriptor(fd), found, path);
    closeSync(fd);
  }
});

test("a file that is not there has no device", () => {
  assert.equal(fileOf("/nonexistent/file"), undefined);
});
