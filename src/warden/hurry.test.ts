import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { STANDING, type Standing } from "../core/leisure.ts";
import { HURRY, Hurry } from "./hurry.ts";

const [SENTINEL, HIVE] = [8, 9];
/** Threads of each process beside its first: a compiler of V8's. */
const MORE = 100;

/** A layer of three processes whose threads are as they were last made to stand; its own first thread is `own`. */
function layer(t: TestContext, able = true) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const at = new Map<number, Standing>();
  const world = { own: STANDING.leisurely as Standing, hive: HIVE, said: [] as string[], at };
  const hurry = new Hurry({
    leisure: {
      join: () => void (world.own = STANDING.ordinary),
      hurry: () => {
        if (able) world.own = STANDING.eager;
        return able;
      },
    },
    others: () => [SENTINEL],
    hivePid: () => world.hive,
    standAll: (pid, standing, wanted) => {
      for (const tid of [pid, pid + MORE]) if (wanted(tid, "node")) at.set(tid, standing);
    },
    log: (says) => world.said.push(says),
  });
  t.after(() => hurry.stop());
  const firsts = (): (Standing | undefined)[] => [world.own, at.get(SENTINEL), at.get(world.hive)];
  return { hurry, world, firsts };
}

const all = (standing: Standing): Standing[] => [standing, standing, standing];

test("what has started stands before nobody until it has settled, then all of it is eager but its compilers; the sentinel at once", (t) => {
  const { hurry, world, firsts } = layer(t);
  hurry.begin();
  t.mock.timers.tick(HURRY.settleMs - 1);
  assert.deepEqual(firsts(), [STANDING.leisurely, STANDING.eager, undefined]);
  assert.equal(hurry.atRest, STANDING.leisurely);
  t.mock.timers.tick(1);
  assert.deepEqual(firsts(), all(STANDING.eager));
  assert.equal(hurry.atRest, STANDING.eager);
  assert.equal(world.at.get(HIVE + MORE), STANDING.leisurely);
  assert.equal(world.at.get(SENTINEL + MORE), undefined);
});

test("a start that takes long gets an ordinary share, then all that it can get", (t) => {
  const { hurry, firsts } = layer(t);
  t.mock.timers.tick(HURRY.joinMs);
  assert.deepEqual(firsts(), all(STANDING.ordinary));
  assert.equal(hurry.atRest, STANDING.ordinary);
  t.mock.timers.tick(HURRY.urgentMs - HURRY.joinMs);
  assert.deepEqual(firsts(), all(STANDING.eager));
});

test("one that is ready only then has its ordinary share while it settles", (t) => {
  const { hurry, firsts } = layer(t);
  t.mock.timers.tick(HURRY.joinMs);
  hurry.begin();
  t.mock.timers.tick(HURRY.settleMs - 1);
  assert.deepEqual(firsts(), [STANDING.ordinary, STANDING.eager, STANDING.ordinary]);
  t.mock.timers.tick(1);
  assert.deepEqual(firsts(), all(STANDING.eager));
});

test("once settled, nothing falls back; a hive that is started anew is eager as soon as it is ready", (t) => {
  const { hurry, world, firsts } = layer(t);
  hurry.begin();
  t.mock.timers.tick(HURRY.settleMs);
  world.hive = HIVE + 1;
  hurry.begin();
  assert.deepEqual(firsts(), all(STANDING.eager));
  t.mock.timers.tick(HURRY.urgentMs);
  assert.deepEqual(firsts(), all(STANDING.eager));
});

test("a second hive that comes while the first was settling does not put it off", (t) => {
  const { hurry, firsts } = layer(t);
  hurry.begin();
  t.mock.timers.tick(HURRY.settleMs - 1);
  hurry.begin();
  t.mock.timers.tick(1);
  assert.deepEqual(firsts(), all(STANDING.eager));
});

test("where it may not be eager nobody else is made so, and it is said once", (t) => {
  const { hurry, world } = layer(t, false);
  hurry.begin();
  t.mock.timers.tick(HURRY.settleMs);
  hurry.begin();
  assert.equal(world.said.length, 1);
  assert.deepEqual([...world.at.keys()], [SENTINEL], "which the kernel refuses as well");
});

test("a layer that ends asks for nothing more", (t) => {
  const { hurry, world } = layer(t);
  hurry.begin();
  hurry.stop();
  t.mock.timers.tick(HURRY.urgentMs);
  assert.deepEqual([world.own, world.at.get(HIVE)], [STANDING.leisurely, undefined]);
});
