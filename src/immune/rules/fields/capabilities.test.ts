import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilityMask, isPrivileged } from "./capabilities.ts";

test("a container is privileged where it has what no other is given, though the host's root may lack some", () => {
  assert.ok(isPrivileged(2 ** 41 - 1));
  // A host whose root may not set the clock.
  assert.ok(isPrivileged(2 ** 41 - 1 - capabilityMask(["SYS_TIME"])));
  // Docker's own set (moby, oci/caps).
  assert.ok(!isPrivileged(0xa8_04_25_fb));
  assert.ok(!isPrivileged(0xa8_04_25_fb + capabilityMask(["SYS_ADMIN"])));
  assert.ok(!isPrivileged(0));
});
