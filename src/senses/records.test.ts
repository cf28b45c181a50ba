import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_CODES } from "../core/event.ts";
import { refuteLayout } from "./c-layout.fixture.ts";
import * as records from "./records.ts";

const STRUCTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  exec_record: records.EXEC,
  exec_stdio: records.STDIO,
  fork_record: records.FORK,
  exit_record: records.EXIT_RECORD,
  connect_record: records.CONNECT,
  name_record: records.NAME,
  record_head: records.HEAD,
  event_counters: records.COUNTERS,
  runq_state: records.RUNQ_STATE,
  runq_running: records.RUNQ_RUNNING,
  runq_cell: records.RUNQ_CELL,
};

const CONSTANTS: Readonly<Record<string, number>> = {
  COMM_LEN: records.COMM_BYTES,
  PATH_LEN: records.PATH_BYTES,
  EXEC_ARGV_CUT: records.EXEC_ARGV_CUT,
  EXEC_RECORD_MAX: records.EXEC_RECORD_MAX,
  EXEC_STDIO: records.EXEC_STDIO,
  TRAIT_UPPER_LAYER: records.TRAIT.upperLayer,
  TRAIT_MEMFD: records.TRAIT.memfd,
  TRAIT_DELETED: records.TRAIT.deleted,
  RUNQ_GROUPS: records.RUNQ_GROUPS,
  RUNQ_CPUS: records.RUNQ_CPUS,
  RUNQ_BUCKETS: records.RUNQ_BUCKETS,
  RUNQ_SHARDS_MAX: records.RUNQ_SHARDS_MAX,
  EVENT_EXEC: EVENT_CODES.exec,
  EVENT_FORK: EVENT_CODES.fork,
  EVENT_EXIT: EVENT_CODES.exit,
  EVENT_CONNECT: EVENT_CODES.connect,
  EVENT_NAME: EVENT_CODES.name,
};

test("the reader's offsets are those of bpf/swarms.h", (t) => {
  const claims = { header: "exec.h", structs: STRUCTS, constants: CONSTANTS };
  const says = refuteLayout(claims);
  if (says === undefined) return t.skip("needs clang with the bpf target");
  assert.equal(says, "");
  const wrong = { ...STRUCTS, exec_record: { ...records.EXEC, argv_len: records.EXEC.argv_len + 1 } };
  assert.notEqual(refuteLayout({ ...claims, structs: wrong }), "");
});
