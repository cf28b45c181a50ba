import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILE_LIMITS, type ProfileOrder } from "../../core/sequence-profile.ts";
import { ok } from "../../core/errors.ts";
import { ProfileTable } from "./profile-table.ts";
import { CONTROL, MODES, PROFILE, PROFILES, WORDS } from "./records.ts";

const BYTES = WORDS * 4;

function setUp() {
  const control = new ArrayBuffer(CONTROL.bytes);
  const bitmaps = new ArrayBuffer(PROFILES * BYTES);
  const files = new Map<string, number>();
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const table = new ProfileTable(control, bitmaps, {
    set: (key, value) => {
      files.set(hex(key), new DataView(value.buffer).getUint32(0, true));
      return ok(undefined);
    },
    delete: (key) => files.delete(hex(key)),
  });
  return { table, control: new DataView(control), bitmaps: new Uint8Array(bitmaps), files };
}

function order(ino: number, mode: ProfileOrder["mode"], bits?: string): ProfileOrder {
  const file = { dev: 1, ino, changeMs: 5 };
  return { file, mode, limit: 9, share: 8, windows: 7, ...(bits !== undefined && { bits }) };
}

test("an order writes mode, limit and prior where the kernel reads them, and the place into the table of files", () => {
  const { table, control, files } = setUp();
  const before = control.getUint32(CONTROL.generation, true);
  table.follow([order(1, "learn")]);
  const [place = 0] = files.values();
  const at = CONTROL.profiles + place * PROFILE.bytes;
  const words = [PROFILE.mode, PROFILE.limit, PROFILE.prior, PROFILE.prior + 4].map((field) =>
    control.getUint32(at + field, true),
  );
  assert.deepEqual(words, [MODES.indexOf("learn"), 9, 8, 7]);
  assert.ok(place > 0 && place < PROFILES, "place 0 is none");
  assert.notEqual(control.getUint32(CONTROL.generation, true), before, "tasks look their place up again");
});

test("bits are told once they changed, and what an order brings is in its place", () => {
  const { table, bitmaps, files } = setUp();
  table.follow([order(1, "learn")]);
  assert.equal(table.states()[0]?.bits, undefined);
  const [place = 0] = files.values();
  bitmaps[place * BYTES + 3] = 0b101;
  const [told] = table.states();
  assert.equal(told?.fill, 2 / 65_536);
  assert.equal(Buffer.from(told?.bits ?? "", "base64")[3], 0b101);
  assert.equal(table.states()[0]?.bits, undefined, "not twice");
  table.follow([order(1, "off", "")]);
  assert.equal(bitmaps[place * BYTES + 3], 0, "back to nothing");
  table.follow([order(1, "check", told?.bits)]);
  assert.equal(bitmaps[place * BYTES + 3], 0b101);
  assert.equal(table.states()[0]?.mode, "check");
});

test("more executables than places are refused and counted, and a place that was given away is clean again", () => {
  const { table, bitmaps, files } = setUp();
  const many = PROFILE_LIMITS.profiles + 3;
  table.follow(Array.from({ length: many }, (_, at) => order(at, "learn")));
  assert.equal(files.size, PROFILE_LIMITS.profiles);
  assert.equal(table.refused, 3);
  bitmaps.fill(0xff);
  table.follow([order(0, "forget"), order(0, "forget")]);
  assert.equal(files.size, PROFILE_LIMITS.profiles - 1);
  table.follow([order(many, "learn")]);
  assert.equal(files.size, PROFILE_LIMITS.profiles);
  const last = table.states().find(({ file }) => file.ino === many);
  assert.equal(last?.fill, 0);
  assert.equal(new Set(files.values()).size, PROFILE_LIMITS.profiles, "no place twice");
});
