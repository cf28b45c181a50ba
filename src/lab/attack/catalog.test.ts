import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { seededRandom } from "../../core/random.ts";
import { TECHNIQUES } from "../../core/techniques.ts";
import { actsOf } from "./attack.ts";
import { BENIGN } from "./benign.ts";
import { ATTACKS } from "./catalog.ts";
import { DAYS } from "./lesson.ts";
import { ROOM_SCRIPT } from "./room-script.ts";
import { shuffled } from "./shuffled.ts";

const ALL = [...ATTACKS, ...BENIGN];

test("there are at least forty attacks, in every variant, and ids are unique", () => {
  assert.ok(ATTACKS.length >= 40, `${ATTACKS.length}`);
  assert.equal(new Set(ALL.map(({ id }) => id)).size, ALL.length);
  assert.deepEqual(
    new Set(ATTACKS.map(({ variant }) => variant)),
    new Set(["plain", "renamed", "scripted", "slow", "interleaved"]),
  );
});

test("attacks name techniques that are known, act, and take no longer than half a minute; benign stories do neither", () => {
  for (const { id, techniques, script, prepare, seconds } of ATTACKS) {
    assert.ok(techniques.length > 0 && techniques.every((each) => each in TECHNIQUES), `${id}: ${techniques.join()}`);
    assert.match(script, /(^|[;&] ?)act; /, id);
    assert.doesNotMatch(prepare, /\bact\b/, id);
    assert.ok(seconds > 0 && seconds <= 30, id);
  }
  for (const { id, techniques, script } of BENIGN) {
    assert.deepEqual(techniques, [], id);
    assert.doesNotMatch(script, /\bact;/, id);
  }
});

test("every script is one that a shell can read", () => {
  const reads = (text: string): void =>
    void execFileSync("/bin/sh", ["-n"], { input: text, stdio: ["pipe", "ignore", "pipe"] });
  for (const { id, script, prepare } of ALL) assert.doesNotThrow(() => reads(`${prepare}\n${script}`), id);
  reads(ROOM_SCRIPT);
});

test("an act that would reach the host's own kernel knobs finds the room's instead", () => {
  const written = ATTACKS.flatMap(({ script }) =>
    [...script.matchAll(/> *(\/(?:proc|sys)\/[\w/]+)/g)].map(([, path = ""]) => path),
  );
  for (const path of written) assert.ok(ROOM_SCRIPT.includes(path.replace("/proc/", "")), path);
});

test("the benign set is learned, then judged, then come the attacks, each in a place that is known and a group of its own", () => {
  const acts = actsOf({ quick: false, only: [], seed: 1 });
  assert.equal(acts.length, (DAYS.full + 1) * BENIGN.length + ATTACKS.length);
  assert.deepEqual([...new Set(acts.map(({ phase }) => phase))], ["learning", "benign", "attack"]);
  assert.equal(new Set(acts.map(({ part }) => part)).size, acts.length);
  for (const { part } of acts)
    assert.match(part, /^(server-\d{3}|job-benign-[a-z-]+-\d{3}|docker-[0-9a-f]{64}\.scope)$/);
});

test("a seed is an order, ids choose, whole or up to the dot, and quick is a part", () => {
  const order = (seed: number): string =>
    actsOf({ quick: false, only: [], seed })
      .map(({ scenario }) => scenario.id)
      .join();
  assert.equal(order(3), order(3));
  assert.notEqual(order(3), order(4));
  const chosen = actsOf({ quick: false, only: ["ransom"], seed: 1 }).filter(({ phase }) => phase === "attack");
  assert.deepEqual(new Set(chosen.map(({ scenario }) => scenario.id.split(".")[0])), new Set(["ransom"]));
  const quick = actsOf({ quick: true, only: [], seed: 1 });
  assert.ok(quick.length < 30 && quick.some(({ phase }) => phase === "attack"));
  assert.deepEqual(shuffled([1, 2, 3, 4], seededRandom(9)).toSorted(), [1, 2, 3, 4]);
});
