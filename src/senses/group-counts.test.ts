import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_CODES } from "../core/event.ts";
import { refuteLayout } from "./c-layout.fixture.ts";
import { GROUP_COUNTS, GROUP_PLACE, GROUP_PLACES, GROUP_TABLE, GroupReader } from "./group-counts.ts";

const CLAIMS = {
  header: "groups.h",
  structs: { group_place: GROUP_PLACE, group_table: GROUP_TABLE },
  constants: {
    GROUP_PLACES,
    GROUP_COUNTS: GROUP_COUNTS.length,
    ...Object.fromEntries(GROUP_COUNTS.map((name, index) => [`GROUP_${name.toUpperCase()}`, index])),
    GROUP_KIND_CONNECT: EVENT_CODES.connect,
    GROUP_KIND_OPEN_READ: EVENT_CODES["open.read"],
    GROUP_KIND_OPEN_FAILED: EVENT_CODES["open.failed"],
    GROUP_KIND_RENAME: EVENT_CODES.rename,
    GROUP_KIND_CHMOD: EVENT_CODES.chmod,
    GROUP_KIND_ACCEPT: EVENT_CODES.accept,
    GROUP_KIND_SEND: EVENT_CODES.send,
  },
};

test("the reader's offsets and kinds are those of bpf/groups.h", (t) => {
  const says = refuteLayout(CLAIMS);
  if (says === undefined) return t.skip("needs clang with the bpf target");
  assert.equal(says, "");
  assert.notEqual(refuteLayout({ ...CLAIMS, constants: { ...CLAIMS.constants, GROUP_WRITES: 5 } }), "");
});

/** A table as the kernel fills it. */
function tableOf() {
  const memory = new ArrayBuffer(GROUP_TABLE.bytes);
  const words = new BigUint64Array(memory);
  const at = (place: number): number => (place * GROUP_PLACE.bytes) / 8;
  return {
    reader: new GroupReader(memory),
    own: (place: number, id: bigint): void => void (words[at(place)] = id),
    owner: (place: number): bigint => words[at(place)] ?? 0n,
    count(place: number, name: (typeof GROUP_COUNTS)[number], more: bigint): void {
      const index = at(place) + GROUP_PLACE.counts / 8 + GROUP_COUNTS.indexOf(name);
      words[index] = (words[index] ?? 0n) + more;
    },
  };
}

const NONE = { connects: 0, accepts: 0, sends: 0, opens: 0, writes: 0, changes: 0 };

test("a reading tells what each group did since the one before, and leaves idle ones out", () => {
  const { reader, own, count } = tableOf();
  own(3, 77n);
  own(1023, 78n);
  count(3, "opens", 5n);
  count(1023, "changes", 2n);
  assert.deepEqual(
    [...reader.read(0)],
    [
      [77, { ...NONE, opens: 5 }],
      [78, { ...NONE, changes: 2 }],
    ],
  );
  count(3, "sends", 1n);
  assert.deepEqual([...reader.read(0)], [[77, { ...NONE, sends: 1 }]]);
  assert.equal(reader.read(0).size, 0);
});

test("a place taken by another group starts from nothing", () => {
  const { reader, own, count } = tableOf();
  own(0, 5n);
  count(0, "connects", 9n);
  reader.read(0);
  own(0, 6n);
  assert.deepEqual(reader.read(0).get(6), { ...NONE, connects: 9 });
});

test("a group that stays quiet gives its place back empty; one that acts does not", () => {
  const { reader, own, owner, count } = tableOf();
  own(0, 5n);
  own(1, 6n);
  count(0, "writes", 4n);
  for (let second = 0; second < 200; second += 4) {
    count(1, "writes", 1n);
    reader.read(second * 1e9);
  }
  assert.deepEqual([owner(0), owner(1)], [0n, 6n]);
  own(0, 7n);
  count(0, "writes", 1n);
  assert.deepEqual(reader.read(0).get(7), { ...NONE, writes: 1 });
});
