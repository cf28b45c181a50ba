import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ABSENT_CALLS, DEADLY_CALLS, guardedCalls, NETWORK_CALLS, RUNTIME_CALLS } from "./seccomp-calls.ts";
import { seccompFilter } from "./seccomp-filter.ts";

const X64 = 0xc000003e;
const ARM64 = 0xc00000b7;
const [ALLOW, KILL, EPERM, ENOSYS] = ["allow", "kill", "EPERM", "ENOSYS"];
const ACTIONS = new Map([
  [0x7fff0000, ALLOW],
  [0x80000000, KILL],
  [0x00050001, EPERM],
  [0x00050026, ENOSYS],
]);

/** The kernel's machine, as far as these filters use it (linux/filter.h). */
function judge(filter: Uint8Array, arch: number, number: number, args: readonly bigint[] = []): string {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number, true);
  data.setUint32(4, arch, true);
  for (const [index, value] of args.entries()) data.setBigUint64(16 + 8 * index, value, true);
  const program = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  let accumulator = 0;
  for (let at = 0; at < filter.length / 8; at++) {
    const [code, k] = [program.getUint16(at * 8, true), program.getUint32(at * 8 + 4, true)];
    const jump = (taken: boolean): number => program.getUint8(at * 8 + (taken ? 2 : 3));
    if (code === 0x20) accumulator = data.getUint32(k, true);
    else if (code === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (code === 0x15) at += jump(accumulator === k);
    else if (code === 0x35) at += jump(accumulator >= k);
    else if (code === 0x06) return ACTIONS.get(k) ?? `action ${k}`;
    else throw new Error(`code ${code}`);
  }
  throw new Error("ran past its end");
}

const hive = seccompFilter({ arch: "x64", families: ["unix"] })!;
const prober = seccompFilter({ arch: "x64", families: ["unix", "inet", "inet6"] })!;
const arm = seccompFilter({ arch: "arm64", families: ["unix"] })!;

test("every call of the tables has the outcome of its table, on both architectures", () => {
  const columns = [
    [hive, X64, 0],
    [arm, ARM64, 1],
  ] as const;
  for (const [filter, arch, column] of columns) {
    const all = (
      calls: Readonly<Record<string, readonly (number | undefined)[]>>,
      outcome: string | undefined,
    ): void => {
      for (const [name, numbers] of Object.entries(calls)) {
        const number = numbers[column];
        if (number !== undefined) assert.equal(judge(filter, arch, number), outcome, name);
      }
    };
    for (const { calls } of RUNTIME_CALLS) all(calls, ALLOW);
    all(DEADLY_CALLS, KILL);
    all(ABSENT_CALLS, ENOSYS);
    for (const { calls } of NETWORK_CALLS) all(calls, EPERM);
    assert.equal(judge(filter, arch, 999), EPERM, "unknown");
    assert.equal(judge(filter, arch === X64 ? ARM64 : X64, 0), KILL, "another architecture's numbers");
  }
  assert.equal(judge(hive, X64, 0x40000000 + 1), KILL, "x32");
  assert.equal(judge(prober, X64, 307), ALLOW);
  assert.equal(seccompFilter({ arch: "mips", families: [] }), undefined);
});

test("arguments: families, threads but no processes, few controls, limits to read", () => {
  const socket = (filter: Uint8Array, family: bigint): string => judge(filter, X64, 41, [family, 1n]);
  assert.deepEqual(
    [1n, 2n, 10n, 16n, 17n, 40n].map((family) => socket(hive, family)),
    [ALLOW, EPERM, EPERM, EPERM, EPERM, EPERM],
  );
  assert.deepEqual(
    [1n, 2n, 10n, 16n].map((family) => socket(prober, family)),
    [ALLOW, ALLOW, ALLOW, EPERM],
  );
  const clone = (flags: bigint): string => judge(hive, X64, 56, [flags]);
  assert.equal(clone(0x3d0f00n), ALLOW, "pthread_create of glibc");
  assert.equal(clone(0x1200011n), EPERM, "fork of glibc");
  assert.equal(clone(0x4111n), EPERM, "vfork");
  for (const namespace of [0x80n, 0x20000n, 0x2000000n, 0x4000000n, 0x8000000n, 0x10000000n, 0x20000000n, 0x40000000n])
    assert.equal(clone(0x3d0f00n | namespace), EPERM, `a thread with ${namespace.toString(16)}`);
  const TIOCSTI = 0x5412n;
  assert.deepEqual(
    [0x5421n, TIOCSTI, 0x5401n].map((command) => judge(hive, X64, 16, [0n, command])),
    [ALLOW, EPERM, ALLOW],
  );
  assert.equal(judge(hive, X64, 302, [0n, 7n, 0n]), ALLOW);
  for (const pointer of [1n, 1n << 32n]) assert.equal(judge(hive, X64, 302, [0n, 7n, pointer]), EPERM);
  assert.deepEqual(
    [0n, 9n].map((signal) => judge(hive, X64, 62, [1n, signal])),
    [ALLOW, EPERM],
  );
});

test("the numbers are those of the kernel's headers", (t) => {
  const x64 = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
  const generic = "/usr/include/asm-generic/unistd.h";
  if (!existsSync(x64) || !existsSync(generic)) return t.skip("needs linux-libc-dev for x86-64");
  const tables = [
    new Map(
      [...readFileSync(x64, "utf8").matchAll(/__NR_(\w+)\s+(\d+)/g)].map(([, name, number]) => [name, Number(number)]),
    ),
    new Map(
      [...readFileSync(generic, "utf8").matchAll(/__NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name, number]) => [
        name,
        Number(number),
      ]),
    ),
  ];
  const rows = [
    ...[...RUNTIME_CALLS, ...NETWORK_CALLS].flatMap(({ calls }) => Object.entries(calls)),
    ...Object.entries({ ...DEADLY_CALLS, ...ABSENT_CALLS }),
    ...guardedCalls([]).map(({ name, numbers }) => [name, numbers] as const),
  ];
  // The same call under the name that 64-bit architectures without history give it.
  const OTHER_NAMES: Readonly<Record<string, string>> = { newfstatat: "fstatat" };
  for (const [name, numbers] of rows) {
    const names = [name, OTHER_NAMES[name] ?? name];
    for (const column of [0, 1] as const) {
      const known = names.map((each) => tables[column]?.get(each)).find((number) => number !== undefined);
      if (known !== undefined || numbers[column] !== undefined)
        assert.equal(numbers[column], known, `${name} ${column}`);
    }
  }
});
