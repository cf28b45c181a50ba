import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EVENT_CODES } from "../core/event.ts";
import * as records from "./records.ts";

const BPF = fileURLToPath(new URL("../../bpf", import.meta.url));

const STRUCTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  exec_record: records.EXEC,
  fork_record: records.FORK,
  exit_record: records.EXIT_RECORD,
  connect_record: records.CONNECT,
  record_head: records.HEAD,
  event_counters: records.COUNTERS,
  runq_state: records.RUNQ_STATE,
  runq_running: records.RUNQ_RUNNING,
  runq_cell: records.RUNQ_CELL,
};

const CONSTANTS: Readonly<Record<string, number>> = {
  COMM_LEN: records.COMM_BYTES,
  PATH_LEN: records.PATH_BYTES,
  RUNQ_GROUPS: records.RUNQ_GROUPS,
  RUNQ_CPUS: records.RUNQ_CPUS,
  RUNQ_BUCKETS: records.RUNQ_BUCKETS,
  RUNQ_SHARDS_MAX: records.RUNQ_SHARDS_MAX,
  EVENT_EXEC: EVENT_CODES.exec,
  EVENT_FORK: EVENT_CODES.fork,
  EVENT_EXIT: EVENT_CODES.exit,
  EVENT_CONNECT: EVENT_CODES.connect,
};

/** `bytes` is the size of the structure; every other key a member. */
function assertions(): string {
  const structs = Object.entries(STRUCTS).flatMap(([name, fields]) =>
    Object.entries(fields).map(([field, value]) =>
      field === "bytes"
        ? `sizeof(struct ${name}) == ${value}`
        : `__builtin_offsetof(struct ${name}, ${field}) == ${value}`,
    ),
  );
  const constants = Object.entries(CONSTANTS).map(([name, value]) => `${name} == ${value}`);
  const lines = [...structs, ...constants].map((claim) => `_Static_assert(${claim}, "${claim}");`);
  return ['#include "swarms.h"', ...lines, ""].join("\n");
}

function compile(source: string): { code: number | null; says: string } {
  const multiarch = `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  const args = ["--target=bpf", "-fsyntax-only", "-I", BPF, "-idirafter", multiarch, "-x", "c", "-"];
  const { status, stderr, error } = spawnSync("clang", args, { input: source, encoding: "utf8", timeout: 30_000 });
  return { code: error === undefined ? status : null, says: stderr };
}

test("the reader's offsets are those of bpf/swarms.h", (t) => {
  if (compile("#include <linux/types.h>\n").code !== 0) return t.skip("needs clang with the bpf target");
  const { code, says } = compile(assertions());
  assert.equal(code, 0, says);
  assert.notEqual(compile(assertions().replace("path) == 120", "path) == 121")).code, 0);
});
