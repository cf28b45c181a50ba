import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { filledIn, type Knob, knobsOf, settingOf } from "./knob.ts";
import { tuneSchema } from "./tune-file.ts";

function knobs(of: Record<string, unknown>, inForce: Record<string, string> = {}): Knob[] {
  const file = tuneSchema.parse({ command: "x", metric: { direction: "lower" }, knobs: of });
  const made = knobsOf(file, inForce);
  assert.ok(Array.isArray(made), JSON.stringify(made));
  return made;
}

test("a name in braces stands for the value; the shell's own variables do not, nor knobs set otherwise", () => {
  const made = knobs({
    n: { range: [1, 9], integer: true, default: 4 },
    "a.b": { choices: ["$x", "-O2 -g"], default: "$x" },
    e: { range: [0, 1], default: 0, env: "E" },
  });
  const command = "run {n} ${n} {a.b} {axb} {e} {n}";
  assert.equal(filledIn(command, made, ["7", "$x", "1"]), "run 7 ${n} $x {axb} {e} 7");
});

test("what is at a value outside its range or choices cannot be tuned, and is named", () => {
  const file = tuneSchema.parse({
    command: "x",
    metric: { direction: "lower" },
    knobs: { s: { choices: ["none", "bfq"], set: "{value}", read: "r" } },
  });
  assert.deepEqual(knobsOf(file, { s: "[mq] none" }), { outside: "s" });
  assert.ok(Array.isArray(knobsOf(file, { s: " bfq\n" })));
});

test("every point is a text within the bounds, and the default is itself to the last digit", () => {
  const bounds = fc.tuple(
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  );
  fc.assert(
    fc.property(bounds, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), ([a, b], share, log) => {
      fc.pre(a !== b);
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const made = knobs({ k: { range: [low, high], log, default: low } });
      const value = Number(settingOf(made, [low + share * (high - low)])[0]);
      assert.ok(value >= low && value <= high);
      assert.equal(Number(settingOf(made, [low])[0]), low);
    }),
  );
});
