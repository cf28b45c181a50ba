import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { EVENT_CODES } from "../../core/event-kinds.ts";
import { writeTable, writeWants } from "./call-control.ts";
import { CALL_TABLE, kindsOf, numbersOf, SENSED_KINDS } from "./call-table.ts";
import { CALL_NUMBERS, CALL_ROWS, CALL_SOCKETCALLS, CALL_URING_OPCODES, CONTROL, ROW } from "./records.ts";

/** Numbers by name in one of the C library's headers; undefined where it is not installed. */
function header(path: string): ReadonlyMap<string, number> | undefined {
  try {
    const lines = readFileSync(path, "utf8").matchAll(
      /^#define __NR(?:3264)?_(\w+)\s+(?:\(__X32_SYSCALL_BIT \+ )?(\d+)/gm,
    );
    return new Map([...lines].map(([, name = "", number]) => [name, Number(number)]));
  } catch {
    return undefined;
  }
}

/** Names under which a header may have the numbers of a row. */
const ALSO: readonly ((call: string) => string)[] = [(call) => call, (call) => `${call}32`, (call) => `${call}64`];

const HEADERS: readonly (readonly [string, string, (row: (typeof CALL_TABLE)[number]) => readonly number[]])[] = [
  ["64-bit", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", ({ x64 }) => numbersOf(x64).slice(0, 1)],
  ["x32", "/usr/include/x86_64-linux-gnu/asm/unistd_x32.h", ({ x64 }) => numbersOf(x64).slice(-1)],
  ["32-bit", "/usr/include/x86_64-linux-gnu/asm/unistd_32.h", ({ i386 }) => numbersOf(i386)],
  ["arm64", "/usr/include/asm-generic/unistd.h", ({ arm64 }) => numbersOf(arm64)],
];

for (const [entry, path, numbers] of HEADERS)
  test(`numbers of the ${entry} entry are those of the C library's header`, (t) => {
    const known = header(path);
    if (known === undefined) return t.skip(`needs ${path}`);
    for (const row of CALL_TABLE) {
      const right: readonly number[] = ALSO.map((name) => known.get(name(row.call))).filter(
        (number): number is number => number !== undefined,
      );
      // Calls newer than the header have one number everywhere since 424 (include/uapi/asm-generic/unistd.h).
      if (right.length === 0)
        assert.ok(
          numbers(row).every((number) => number >= 424),
          row.call,
        );
      else assert.deepEqual(numbers(row).toSorted(), right.toSorted(), row.call);
    }
  });

test("no number is two calls', and all of them fit the kernel's table", () => {
  const places: [string, readonly number[], number][] = [
    ["x64", CALL_TABLE.flatMap(({ x64 }) => numbersOf(x64)), CALL_NUMBERS],
    ["i386", CALL_TABLE.flatMap(({ i386 }) => numbersOf(i386)), CALL_NUMBERS],
    ["arm64", CALL_TABLE.flatMap(({ arm64 }) => numbersOf(arm64)), CALL_NUMBERS],
    ["socketcall", CALL_TABLE.flatMap(({ socketcall }) => numbersOf(socketcall)), CALL_SOCKETCALLS],
    ["io_uring", CALL_TABLE.flatMap(({ uring }) => numbersOf(uring)), CALL_URING_OPCODES],
  ];
  for (const [where, numbers, limit] of places) {
    assert.equal(new Set(numbers).size, numbers.length, where);
    assert.ok(
      numbers.every((number) => number < limit),
      where,
    );
  }
  assert.ok(CALL_TABLE.length + 2 < CALL_ROWS);
});

test("only calls of wanted kinds are looked at, each by every way into the kernel", () => {
  let control = new Uint8Array(CONTROL.bytes);
  const looked = (): string[] => {
    const rows = new Set(control.slice(CONTROL.row_of, CONTROL.wanted));
    return CALL_TABLE.filter((_, at) => rows.has(at + 1)).map(({ call }) => call);
  };
  for (const arch of ["arm64", "x64"]) {
    control = new Uint8Array(CONTROL.bytes);
    writeTable(control);
    for (const kind of SENSED_KINDS) {
      writeWants(control, new Set([kind]), arch);
      const expected = CALL_TABLE.filter(
        (row) => kindsOf(row).includes(kind) && (arch === "x64" || row.arm64 !== undefined || row.i386 !== undefined),
      );
      assert.deepEqual(
        looked(),
        expected.map(({ call }) => call),
        kind,
      );
      assert.deepEqual(
        Array.from(control.subarray(CONTROL.wanted, CONTROL.rank)).flatMap((yes, code) => (yes === 0 ? [] : [code])),
        [EVENT_CODES[kind]],
      );
    }
  }
  writeWants(control, new Set(["listen"]), "x64");
  const listen = CALL_TABLE.findIndex(({ call }) => call === "listen") + 1;
  assert.deepEqual(
    [
      control[50],
      control[2 * CALL_NUMBERS + 363],
      control[CONTROL.row_of_socketcall + 4],
      control[CONTROL.row_of_uring + 57],
    ],
    Array(4).fill(listen),
  );
  assert.ok((control[2 * CALL_NUMBERS + 102] ?? 0) > CALL_TABLE.length);
  writeWants(control, new Set(), "x64");
  assert.ok(control.slice(0, CONTROL.rank).every((byte) => byte === 0));
});

test("a call whose result says that it cannot be told is not looked at", () => {
  const control = new Uint8Array(CONTROL.bytes);
  writeTable(control);
  const looked = (number: number): boolean[] => [0, 1].map((failed) => control[failed * CALL_NUMBERS + number] !== 0);
  const [openat, execve, connect] = [257, 59, 42];
  for (const [kind, number, succeeded, failed] of [
    ["open.failed", openat, false, true],
    ["open.read", openat, true, false],
    ["writes", openat, true, false],
    ["exec.failed", execve, false, true],
    ["connected", connect, true, true],
  ] as const) {
    writeWants(control, new Set([kind]), "x64");
    assert.deepEqual(looked(number), [succeeded, failed], kind);
  }
});

test("what a row is told only for fits the two masks", () => {
  const control = new Uint8Array(CONTROL.bytes);
  writeTable(control);
  const view = new DataView(control.buffer);
  const at = (call: string): number =>
    CONTROL.rows + (CALL_TABLE.findIndex((row) => row.call === call) + 1) * ROW.bytes;
  assert.deepEqual(
    [
      view.getBigUint64(at("fcntl") + ROW.only, true),
      view.getBigUint64(at("fcntl") + ROW.only_from, true),
      view.getUint16(at("fcntl") + ROW.only_base, true),
    ],
    [1n, 1n << 6n, 1024],
  );
  for (const { call, only } of CALL_TABLE)
    for (const value of only?.of ?? [])
      assert.ok(value < 64 || (value >= (only?.above ?? 0) && value < (only?.above ?? 0) + 64), call);
});
