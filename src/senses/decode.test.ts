import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { RecordDecoder } from "./decode.ts";
import { decode } from "./decoded.fixture.ts";
import { connectRecord, execRecord, exitRecord, forkRecord, nameRecord } from "./records.fixture.ts";

test("each kind comes out with its fields", () => {
  const head = { pid: 42, startNs: 1_239_999_999n, atNs: 7_000_000_123n, uid: 1000, cgroupId: 77n, cpuCgroupId: 78n };
  const base = {
    atNs: 7_000_000_123,
    process: { pid: 42, startTicks: 123, key: "p:42@123" },
    comm: "test",
    tid: 0,
    uid: 1000,
    cgroupId: 77,
    cpuCgroupId: 78,
  };
  const { events, damaged } = decode(
    execRecord(head, {
      parentPid: 9,
      parentStartNs: 50_000_000n,
      dev: 266338304,
      ino: 12n,
      path: "./x",
      ctimeNs: 1_500_000_000n,
      exePath: "/usr/bin/python3",
      cwd: "/srv",
      interpreter: "/bin/py",
      cgroup: "/system.slice/x.service",
      argv: ["py", "./x", "", "a b"],
      argvCut: true,
      traits: 6,
      stdio: [
        { type: 12, object: 2n ** 33n + 5n, family: 2 },
        { type: 12, object: 2n ** 33n + 5n, family: 2 },
        { type: 2, object: 0x100003n },
      ],
      socket: { state: 1, family: 4, address: [203, 0, 113, 9], port: 4444, localPort: 40_000 },
    }),
    forkRecord(head, 43, 1_250_000_000n, 0x1_0020_4000n),
    exitRecord(head, 0x300),
    connectRecord(head, 4, [10, 0, 0, 7], 443, 6),
    nameRecord(head, "kworker/0:1"),
  );
  assert.equal(damaged, 0);
  assert.deepEqual(events, [
    {
      kind: "exec",
      ...base,
      parent: { pid: 9, startTicks: 5, key: "p:9@5" },
      path: "./x",
      exe: { dev: 266338304, ino: 12 },
      ctimeMs: 1500,
      mtimeMs: 0,
      cgroup: "/system.slice/x.service",
      details: {
        exePath: "/usr/bin/python3",
        argv: ["py", "./x", "", "a b"],
        argvCut: true,
        cwd: "/srv",
        tty: 0,
        sid: 0,
        credentials: {
          uid: 1000,
          euid: 0,
          suid: 0,
          gid: 0,
          egid: 0,
          loginUid: 0,
          caps: { effective: 0, permitted: 0, inheritable: 0 },
        },
        traits: { upperLayer: false, memfd: true, deleted: true },
        interpreter: "/bin/py",
      },
      stdio: {
        fds: [
          { type: "socket", object: 2 ** 33 + 5, family: "ipv4" },
          { type: "socket", object: 2 ** 33 + 5, family: "ipv4" },
          { type: "device", object: 0x100003, family: "" },
        ],
        remote: { address: "203.0.113.9", port: 4444 },
        localPort: 40_000,
      },
    },
    { kind: "fork", ...base, child: { pid: 43, startTicks: 125, key: "p:43@125" }, flags: 0x1_0020_4000 },
    { kind: "exit", ...base, status: 768 },
    { kind: "connect", ...base, family: "ipv4", to: { address: "10.0.0.7", port: 443 }, protocol: 6 },
    { kind: "name", ...base, name: "kworker/0:1" },
  ]);
});

test("a socket that nobody is at the other end of has no remote end, and the next program's descriptors are its own", () => {
  const stdio = [{ type: 12, object: 9n, family: 10 }];
  const socket = { state: 10, family: 6, address: Array<number>(16).fill(0), port: 0, localPort: 80 };
  const { events } = decode(execRecord({}, { stdio, socket }), execRecord({}, { stdio: [{ type: 1, object: 7n }] }));
  const [listening, piped] = events.map((event) => (event.kind === "exec" ? event.stdio : undefined));
  assert.deepEqual([listening?.remote, listening?.localPort, listening?.fds[0].family], [undefined, 80, "ipv6"]);
  assert.deepEqual(piped?.fds[0], { type: "pipe", object: 7, family: "" });
});

test("IPv6 addresses are canonical (RFC 5952), and mapped IPv4 is IPv4", () => {
  const cases: [number[], string][] = [
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8::1"],
    [Array(16).fill(0), "::"],
    [[...Array<number>(15).fill(0), 1], "::1"],
    [[0xfe, 0x80, ...Array<number>(14).fill(0)], "fe80::"],
    [[0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3], "1:0:0:2::3"],
    [[0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7], "1:0:2:3:4:5:6:7"],
    [[...Array<number>(10).fill(0), 0xff, 0xff, 127, 0, 0, 1], "127.0.0.1"],
  ];
  for (const [bytes, address] of cases) {
    const [event] = decode(connectRecord({}, 6, bytes, 53)).events;
    assert.ok(event?.kind === "connect");
    assert.deepEqual([event.to.address, event.family], [address, address.includes(".") ? "ipv4" : "ipv6"]);
  }
});

test("an IPv6 address is itself, also where another with the same 32-bit FNV-1a came before", () => {
  const [first, second] = sameHash();
  const texts = (...all: number[][]): string[] =>
    all.map((bytes) => {
      const [event] = decode(connectRecord({}, 6, bytes, 53)).events;
      return event?.kind === "connect" ? event.to.address : "";
    });
  const [a, b, again] = texts(first, second, first);
  assert.notEqual(a, b);
  assert.equal(again, a);
});

/** Two addresses in 2001:db8::/32 with one hash: among 2^16 or so there are some. */
function sameHash(): [number[], number[]] {
  const random = seededRandom(5);
  const seen = new Map<number, number[]>();
  for (;;) {
    const bytes = [0x20, 1, 0xd, 0xb8, ...Array.from({ length: 12 }, () => Math.floor(random() * 256))];
    const hash = bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5);
    const other = seen.get(hash);
    if (other !== undefined) return [other, bytes];
    seen.set(hash, bytes);
  }
}

test("names from processes come out printable, whatever bytes they are", () => {
  const [event] = decode(execRecord({ comm: "a\x1b[31m" }, { path: "/tmp/\n\xff\x07" })).events;
  assert.ok(event?.kind === "exec");
  assert.equal(event.comm, "a\\x1b[31m");
  assert.match(event.path, /^[\x20-\x7e]+$/);
});

test("a name with the same hash as a known one is still itself", () => {
  // Two texts with equal 32-bit FNV-1a: a known colliding pair.
  const decoder = new RecordDecoder();
  const names: string[] = [];
  for (const comm of ["costarring", "liquid", "costarring"])
    decoder.decode(exitRecord({ comm }, 0), (event) => names.push(event.comm));
  assert.deepEqual(names, ["costarring", "liquid", "costarring"]);
});

test("a path comes whole, and a byte order mark in front makes it another", () => {
  const long = `/${"a".repeat(254)}`;
  const { events } = decode(
    execRecord({ comm: "sh" }, { path: long, exePath: `/b${long}${long}` }),
    execRecord({ comm: "\xef\xbb\xbfsh" }, { path: "\xef\xbb\xbf/bin/sh", argv: ["\xef\xbb\xbfsh"] }),
  );
  const [first, second] = events;
  assert.ok(first?.kind === "exec" && second?.kind === "exec");
  assert.deepEqual([first.path, first.details?.exePath], [long, `/b${long}${long}`]);
  const marked = "\\u{feff}";
  assert.deepEqual(
    [second.comm, second.path, second.details?.argv],
    [`${marked}sh`, `${marked}/bin/sh`, [`${marked}sh`]],
  );
});

test("who makes many events is one object, and a name taken later is seen", () => {
  const decoder = new RecordDecoder();
  const events: SensedEvent[] = [];
  for (const comm of ["a", "a", "b"]) decoder.decode(exitRecord({ pid: 9, comm }, 0), (event) => events.push(event));
  assert.equal(events[0]?.process, events[1]?.process);
  assert.deepEqual(
    events.map(({ comm }) => comm),
    ["a", "a", "b"],
  );
  // The same place in the table: 9 + 8192.
  decoder.decode(exitRecord({ pid: 8201, comm: "c" }, 0), (event) => events.push(event));
  decoder.decode(exitRecord({ pid: 9, startNs: 5_000_000_000n }, 0), (event) => events.push(event));
  assert.deepEqual(
    events.slice(3).map(({ process }) => process.key),
    ["p:8201@123", "p:9@500"],
  );
});

test("start times are whole ticks, rounded down, at any uptime", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 61n }), (startNs) => {
      const [event] = decode(exitRecord({ startNs }, 0)).events;
      assert.equal(event?.process.startTicks, Number(startNs / 10_000_000n));
    }),
    { seed: 3, examples: [[9_999_999n], [2n ** 53n * 7n + 9_999_999n]] },
  );
});

test("property: what a decoder remembers never shows: many records give what each gives alone", () => {
  const few = fc.constantFrom("a", "b", "/bin/a", "");
  const record = fc
    .tuple(fc.nat(1), fc.nat(1), few, few, few, fc.nat(1), fc.boolean())
    .map(([pid, uid, path, cwd, last, ino, isExec]) =>
      isExec
        ? execRecord(
            { pid: 9 + pid, uid, startNs: BigInt(uid + 1) * 10_000_000n, comm: last },
            { path, cwd, argv: [path, last], ino: BigInt(ino), parentPid: pid + 1, exePath: "/usr/bin/a" },
          )
        : connectRecord({ pid: 9 + pid, startNs: BigInt(ino + 1) * 10_000_000n }, uid === 0 ? 4 : 6, [pid, ino], 5),
    );
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), (records) => {
      assert.deepEqual(
        decode(...records).events,
        records.flatMap((each) => decode(each).events),
      );
    }),
    { seed: 5, numRuns: 300 },
  );
});
