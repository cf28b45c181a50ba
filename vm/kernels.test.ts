import assert from "node:assert/strict";
import { test } from "node:test";
import { KERNELS, newestPackage } from "./kernels.ts";

const OFFERED = [
  "linux-image-6.12.9+deb13-cloud-amd64",
  "linux-image-6.12.107+deb13-cloud-amd64",
  "linux-image-6.12.107+deb13-amd64",
  "linux-image-6.12.107+deb13-cloud-amd64-dbg",
  "linux-image-7.3.4+deb13-cloud-amd64",
  "linux-binary-7.3.4+deb13-cloud-amd64",
  "linux-binary-7.2.12+deb13-cloud-amd64",
  "linux-binary-7.10.1+deb13-rt-amd64",
  "linux-modules-7.3.4+deb13-cloud-amd64",
];

test("of each series the newest release is taken, by number and not by letter, whatever the order", () => {
  for (const offered of [OFFERED, OFFERED.toReversed()]) {
    const taken = KERNELS.map((spec) => newestPackage(spec, offered));
    assert.deepEqual(taken, ["linux-image-6.12.107+deb13-cloud-amd64", "linux-binary-7.3.4+deb13-cloud-amd64"]);
  }
});

test("where the archive has none there is none", () => {
  for (const spec of KERNELS) assert.equal(newestPackage(spec, ["linux-image-amd64"]), undefined);
});
