import assert from "node:assert/strict";
import { test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { extractVmlinux } from "./vmlinux.ts";

/** A bzImage with one set-up sector and the payload behind it (Documentation/arch/x86/boot.rst). */
function bzImage(payload: Buffer): Buffer {
  const header = Buffer.alloc(1024);
  header[0x1f1] = 1;
  header.write("HdrS", 0x202, "latin1");
  header.writeUInt32LE(64, 0x248);
  header.writeUInt32LE(payload.length + 4, 0x24c);
  return Buffer.concat([header, Buffer.alloc(64, 0x90), payload, Buffer.alloc(4), Buffer.from("signature")]);
}

const kernel = Buffer.concat([Buffer.from("\x7fELF", "latin1"), Buffer.alloc(5000, 7)]);

test("the kernel comes out as it went in", () => {
  assert.deepEqual(extractVmlinux(bzImage(zstdCompressSync(kernel))), kernel);
});

test("an image that is packed in another way, cut short or no image at all is left as it is", () => {
  const whole = bzImage(zstdCompressSync(kernel));
  for (const image of [bzImage(kernel), bzImage(zstdCompressSync(Buffer.alloc(99))), whole.subarray(0, 1100), kernel])
    assert.equal(extractVmlinux(image), undefined);
  assert.equal(extractVmlinux(Buffer.alloc(0)), undefined);
});
