import assert from "node:assert/strict";
import { test } from "node:test";
import { filesBegun } from "./guest-progress.ts";

test("each file counts once, whatever else the kernel says in between", () => {
  const console = [
    "[    1.2] usb: 12 ms x.test.ts y",
    "12 ms /swarms/src/kernel/pidfd.test.ts a name",
    "FAILED 3 ms /swarms/src/kernel/pidfd.test.ts another",
    "1 ms /swarms/src/guard/live.test.ts a name",
    "1 ms /swarms/src/gua",
  ];
  assert.equal(filesBegun(console.join("\r\n")), 2);
  assert.equal(filesBegun(""), 0);
});
