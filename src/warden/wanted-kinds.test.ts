import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { WantedKinds } from "./wanted-kinds.ts";

test("the first word is passed on at once, then the latest once a second, and the same again never", (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const clock = new FakeClock();
  const applied: string[] = [];
  const wanted = new WantedKinds(clock, ["exec"], (kinds) => applied.push(kinds.join()));
  const pass = (ms: number): void => {
    clock.advance(ms);
    mock.timers.tick(ms);
  };
  wanted.want(["exec"]);
  assert.deepEqual(applied, []);
  wanted.want(["exec", "open.write"]);
  for (let flood = 0; flood < 500; flood++) wanted.want(flood % 2 === 0 ? ["exec"] : ["bind", "exec"]);
  assert.deepEqual(applied, ["exec,open.write"]);
  pass(999);
  assert.equal(applied.length, 1);
  pass(2);
  assert.deepEqual(applied, ["exec,open.write", "bind,exec"]);
  wanted.want(["exec"]);
  wanted.want(["exec", "bind"]);
  pass(5000);
  assert.equal(applied.length, 2, "back to what is attached: nothing to do");
});
