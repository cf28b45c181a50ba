import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { EVENT_CODES, type CallEvent, type EventBase } from "../../core/event.ts";
import { CALL_KINDS } from "../../core/event-kinds.ts";
import { StringCache } from "../decode-strings.ts";
import { HEAD } from "../records.ts";
import { CALL_TABLE, kindsOf } from "./call-table.ts";
import { decodeCall } from "./decode-call.ts";
import { callRecord, type FixtureCall } from "./records.fixture.ts";
import { CALL, PART } from "./records.ts";

const BASE: EventBase = {
  atNs: 5,
  process: { pid: 100, startTicks: 1 },
  tid: 101,
  comm: "test",
  uid: 0,
  cgroupId: 1,
  cpuCgroupId: 1,
};
const EMPTY = new Uint8Array();
const text = (value: string): Uint8Array => Buffer.from(value, "latin1");

/** Decodes a record that lies between others; what is around it must make no difference. */
function decode(record: Uint8Array, around = 0xaa): CallEvent | undefined {
  const bytes = new Uint8Array(record.length + 48).fill(around);
  bytes.set(record, 16);
  const view = new DataView(bytes.buffer);
  return decodeCall(view.getUint16(16 + HEAD.kind, true), BASE, bytes, view, 16, record.length, new StringCache());
}

test("an open comes out with what was typed and what it is", () => {
  const file = { number: 5, mode: 0o100644, dev: 8 << 20, ino: 77n, traits: 5, path: text("/etc/passwd") };
  const record = callRecord({
    kind: "open.read",
    call: "openat",
    result: 5n,
    args: [4294967196n, 1n, 2n],
    repeats: 9,
    path: text("../passwd"),
    fd: file,
  });
  assert.deepEqual(decode(record), {
    kind: "open.read",
    ...BASE,
    call: "openat",
    entry: "64",
    result: 5,
    args: [4294967196, 1, 2, 0, 0, 0],
    path: "../passwd",
    path2: "",
    repeats: 9,
    fd: {
      number: 5,
      type: "file",
      path: "/etc/passwd",
      file: { dev: 8 << 20, ino: 77 },
      mode: 0o100644,
      traits: { upperLayer: true, memfd: false, deleted: true },
    },
  });
});

test("a socket comes out with both ends, and the address that was given", () => {
  const socket = {
    family: 2,
    type: 1,
    protocol: 6,
    local: [10, 0, 0, 1],
    localPort: 40000,
    remote: [10, 0, 0, 2],
    remotePort: 443,
    path: EMPTY,
  };
  const fd = { number: 3, mode: 0o140777, dev: 8, ino: 9n, path: EMPTY };
  const event = decode(
    callRecord({
      kind: "connected",
      call: "connect",
      result: -115n,
      entry: 1,
      fd,
      socket,
      address: { family: 2, port: 443, bytes: [10, 0, 0, 2], path: EMPTY },
    }),
  );
  assert.deepEqual(
    [event?.result, event?.entry, event?.address, event?.fd?.type],
    [-115, "32", { address: "10.0.0.2", port: 443 }, "socket"],
  );
  assert.deepEqual(event?.fd?.socket, {
    family: "ipv4",
    type: 1,
    protocol: 6,
    local: { address: "10.0.0.1", port: 40000 },
    remote: { address: "10.0.0.2", port: 443 },
    path: "",
  });
});

test("unix sockets have paths, abstract ones with an @; a socket that is not bound has no ends", () => {
  const fd = { number: 3, mode: 0o140777, dev: 8, ino: 9n, path: EMPTY };
  const socket = {
    family: 1,
    type: 1,
    protocol: 0,
    local: [],
    localPort: 0,
    remote: [],
    remotePort: 0,
    path: text("\0abstract"),
  };
  const event = decode(
    callRecord({
      kind: "bind",
      call: "bind",
      fd,
      socket,
      address: { family: 1, port: 0, bytes: [], path: text("/run/x\0rest") },
    }),
  );
  assert.deepEqual([event?.fd?.socket?.path, event?.address], ["@abstract", { address: "/run/x", port: 0 }]);
  assert.deepEqual([event?.fd?.socket?.local, event?.fd?.socket?.remote], [undefined, undefined]);
});

test("what no folder holds is called by what it is", () => {
  const types = [text("/[eventfd]"), text("/bpf-prog")].map((path) => {
    const { type, path: shown } =
      decode(
        callRecord({ kind: "dup", call: "dup2", fd: { number: 1, mode: 0o600, dev: 1, ino: 1n, anonymous: 1, path } }),
      )?.fd ?? {};
    return [type, shown];
  });
  assert.deepEqual(types, [
    ["event", "anon_inode:[eventfd]"],
    ["other", "anon_inode:bpf-prog"],
  ]);
});

test("names from processes come out printable, whatever bytes they are", () => {
  const event = decode(
    callRecord({ kind: "rename", call: "rename", path: text("/tmp/\x1b[2J\n"), path2: text("\xff\xfe\x07") }),
  );
  for (const shown of [event?.path, event?.path2]) assert.match(shown ?? "", /^[\x20-\x7e]+$/);
});

const impossible: readonly [string, (view: DataView) => void][] = [
  ["a row that is not in the table", (view) => view.setUint8(CALL.row, CALL_TABLE.length + 1)],
  ["row 0", (view) => view.setUint8(CALL.row, 0)],
  ["a kind that the row does not have", (view) => view.setUint16(HEAD.kind, EVENT_CODES.unlink, true)],
  ["an unknown entry", (view) => view.setUint8(CALL.entry, 3)],
  ["an unknown part", (view) => view.setUint8(CALL.parts, 8)],
  ["a socket without a descriptor", (view) => view.setUint8(CALL.parts, PART.socket)],
  ["a path that ends behind the record", (view) => view.setUint16(CALL.path_len, 500, true)],
  ["a path longer than any", (view) => view.setUint16(CALL.path_len, 512, true)],
  ["texts shorter than the record", (view) => view.setUint16(CALL.path2_len, 1, true)],
];
for (const [what, damage] of impossible)
  test(`a record with ${what} is none`, () => {
    const record = callRecord({
      kind: "rename",
      call: "rename",
      path: text("/a"),
      path2: text("a name of some length"),
    });
    assert.ok(decode(record));
    damage(new DataView(record.buffer));
    assert.equal(decode(record), undefined);
  });

const name = fc.uint8Array({ maxLength: 300 });
const anyCall: fc.Arbitrary<FixtureCall> = fc
  .record({
    row: fc.nat(CALL_TABLE.length - 1),
    result: fc.bigInt({ min: -4095n, max: 1n << 40n }),
    path: name,
    path2: name,
    fd: fc.option(
      fc.record({
        number: fc.integer({ min: -100, max: 1 << 20 }),
        mode: fc.nat(0xffff),
        dev: fc.nat(),
        ino: fc.bigInt({ min: 0n, max: 1n << 64n }).map((value) => BigInt.asUintN(64, value)),
        path: name,
      }),
      { nil: undefined },
    ),
    address: fc.option(
      fc.record({
        family: fc.constantFrom(0, 1, 2, 10, 16),
        port: fc.nat(65535),
        bytes: fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
        path: fc.uint8Array({ maxLength: 108 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ row, fd, address, ...rest }) => {
    const [spec] = CALL_TABLE.slice(row);
    const [kind] = spec === undefined ? [] : kindsOf(spec);
    return {
      ...rest,
      kind: kind === undefined || kind === "writes" ? "open.read" : kind,
      call: kind === undefined || kind === "writes" ? "open" : (spec?.call ?? "open"),
      ...(fd && { fd }),
      ...(address && { address }),
    };
  });

test("property: what the kernel writes comes back, whatever lies around it", () => {
  fc.assert(
    fc.property(anyCall, (call) => {
      const record = callRecord(call);
      const event = decode(record);
      assert.ok(event);
      assert.deepEqual(
        [event.kind, event.call, event.result, event.fd?.number],
        [call.kind, call.call, Number(call.result ?? 0), call.fd?.number],
      );
      assert.deepEqual(decode(record, 0x00), event);
      for (const shown of [event.path, event.path2, event.fd?.path ?? "", event.address?.address ?? ""])
        assert.doesNotMatch(shown, /[\x00-\x1f\x7f]/);
    }),
    { seed: 11, numRuns: 500 },
  );
});

test("property: no bytes make it throw or look outside of the record", () => {
  const damaged = fc.tuple(
    anyCall.map(callRecord),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
    fc.nat(40),
  );
  fc.assert(
    fc.property(damaged, ([record, edits, cut]) => {
      const bytes = record.slice(0, record.length - (cut % 5) * 8);
      for (const [at, value] of edits) bytes[HEAD.bytes + (at % (bytes.length - HEAD.bytes))] = value;
      assert.deepEqual(decode(bytes, 0x00), decode(bytes, 0xff));
    }),
    { seed: 12, numRuns: 2000 },
  );
});

test("every kind that is a system call has a row", () => {
  const told = new Set(CALL_TABLE.flatMap(kindsOf));
  assert.deepEqual(
    CALL_KINDS.filter((kind) => !told.has(kind)),
    [],
  );
});
