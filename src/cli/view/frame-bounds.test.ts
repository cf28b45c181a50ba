import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { anyStatus } from "./any-status.fixture.ts";
import { columnsOf } from "./columns.ts";
import { renderFrame } from "./frame.ts";

const withoutColour = (line: string): string => line.replaceAll(/\x1b\[[0-9;]*m/g, "");

test("whatever the state, a frame fills the screen, never overflows it, and steers nothing but colours", () => {
  fc.assert(
    fc.property(
      anyStatus,
      fc.integer({ min: 30, max: 220 }),
      fc.integer({ min: 1, max: 70 }),
      fc.boolean(),
      (status, width, height, ascii) => {
        const lines = renderFrame(status, {
          width,
          height,
          colour: true,
          ascii,
          host: status.version,
          keys: "q leaves",
        });
        assert.equal(lines.length, height);
        const bare = lines.map(withoutColour);
        for (const line of bare) {
          assert.ok(columnsOf(line) <= width, `${columnsOf(line)} columns of ${width}: ${line}`);
          assert.doesNotMatch(line, ascii ? /[^\x20-\x7e]/ : /[\p{C}\p{Zl}\p{Zp}]/u);
        }
        assert.deepEqual(
          bare.map((line) => line.trimEnd()),
          renderFrame(status, { width, height, ascii, host: status.version, keys: "q leaves" }),
        );
      },
    ),
    { numRuns: 300 },
  );
});
