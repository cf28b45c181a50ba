import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { HIVE_ROOM } from "./hive-room.ts";
import { relaunched, roomCommand, type RoomSpec } from "./room.ts";

export const NOBODY = { name: "nobody", uid: 65534, gid: 65534 };

/** Where koffi's own binary is: a package of its own. */
const NATIVE = ["@koromix/koffi-linux-x64", "@koromix/koffi-linux-arm64"];

function hasPackage(name: string): boolean {
  try {
    return import.meta.resolve(name) !== "";
  } catch {
    return false;
  }
}

/** Why the room cannot be built here, or undefined. */
export function unable(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const tried = spawnSync("unshare", ["--mount", "--propagation", "private", "true"], { timeout: 5000 });
  return tried.status === 0 ? undefined : "needs unshare(1) with CAP_SYS_ADMIN";
}

interface Inside {
  /** As if Node's permission model had been broken out of. */
  readonly brokenOut?: boolean;
  readonly spec?: RoomSpec;
}

/** Runs JavaScript where the hive would run. */
export function inRoom(t: TestContext, code: string, { brokenOut = false, spec = HIVE_ROOM }: Inside = {}) {
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-room-"));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  // Nobody but root may enter: the state folder must work all the same.
  chmodSync(dir, 0o700);
  const stateFolder = join(dir, "hive");
  mkdirSync(stateFolder, { mode: 0o700 });
  chownSync(stateFolder, NOBODY.uid, NOBODY.gid);
  writeFileSync(join(dir, "secret"), "secret");
  const made = roomCommand(spec, { node: process.execPath, stateFolder, account: NOBODY });
  assert.ok(made.ok);
  const { command, args } = relaunched(made.value, (launch) => ({
    args: [...(brokenOut ? [] : launch.args.slice(0, -1)), "-e", code],
  }));
  return spawnSync(command, args, { encoding: "utf8", timeout: 30_000 });
}

export function said(ended: ReturnType<typeof inRoom>): string {
  assert.equal(ended.status, 0, `${ended.signal} ${ended.stderr}`);
  return ended.stdout.trim();
}

export const HAS_FFI: RoomSpec = {
  ...HIVE_ROOM,
  dependencies: [...HIVE_ROOM.dependencies, "koffi", ...NATIVE.filter((name) => hasPackage(name))],
};

/** Raw system calls from the hive's place, as if it had broken out of Node and brought its own machine code. */
export function rawCalls(t: TestContext, calls: readonly (readonly number[])[], spec = HAS_FFI) {
  const code = `
    const koffi = require("/code/node_modules/koffi");
    const call = koffi.load("libc.so.6").func("long syscall(long, long, long, long, long)");
    const calls = ${JSON.stringify(calls)};
    for (const [number, a = 0, b = 0, c = 0, d = 0] of calls) {
      const got = Number(call(number, a, b, c, d));
      console.log(got < 0 ? koffi.errno() : "done");
    }`;
  return inRoom(t, code, { brokenOut: true, spec });
}
