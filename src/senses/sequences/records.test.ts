import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_CODES } from "../../core/event-kinds.ts";
import { PROFILE_LIMITS } from "../../core/sequence-profile.ts";
import { refuteLayout } from "../c-layout.fixture.ts";
import * as records from "./records.ts";

const STRUCTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  sequence_record: records.SEQUENCE,
  sequence_file: records.FILE,
  sequence_profile: records.PROFILE,
  sequence_control: records.CONTROL,
};

const CONSTANTS: Readonly<Record<string, number>> = {
  EVENT_SEQUENCE: EVENT_CODES.sequence,
  SEQUENCE_PROFILES: PROFILE_LIMITS.profiles + 1,
  SEQUENCE_WORDS: records.WORDS,
  SEQUENCE_CALLS: records.CALLS,
  SEQUENCE_CALL_BITS: records.CALL_BITS,
  SEQUENCE_UNPROFILED: records.TOLD.indexOf("unprofiled"),
  SEQUENCE_LEARNED: records.TOLD.indexOf("learned"),
  SEQUENCE_DEPARTED: records.TOLD.indexOf("departed"),
  SEQUENCE_OFF: records.MODES.indexOf("off"),
  SEQUENCE_LEARN: records.MODES.indexOf("learn"),
  SEQUENCE_CHECK: records.MODES.indexOf("check"),
};

test("offsets and constants are those of bpf/sequences.h", (t) => {
  const claims = { header: "sequences.h", structs: STRUCTS, constants: CONSTANTS };
  const says = refuteLayout(claims);
  if (says === undefined) return t.skip("needs clang with the bpf target");
  assert.equal(says, "");
  const wrong = { ...STRUCTS, sequence_record: { ...records.SEQUENCE, mean: records.SEQUENCE.mean + 4 } };
  assert.notEqual(refuteLayout({ ...claims, structs: wrong }), "");
});
