import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { arch } from "node:process";
import { failed, ok, type Result } from "../../core/errors.ts";
import { errnoName } from "../../kernel/syscall.ts";
import { RESULTS } from "./block.ts";
import { MACHINE, machineProgram } from "./call-machine.ts";
import { giveAddress } from "./room.ts";
import { type Script, writeScript } from "./script.ts";
import type { SuiteTest } from "./suite-schema.ts";

const ROOT_PROGRAM = "/tmp/swarms-actor";
const CASE_MS = 10_000;
const SCRIPT_MS = 20_000;

export interface Ran {
  /** Of the first process: all others descend from it. */
  readonly pid: number;
  /** Calls that failed, in words. */
  readonly failures: readonly string[];
}

export interface CaseOptions {
  readonly mark: string;
  /** Where a container's group can be made. */
  readonly v2: string | undefined;
  onStarted(pid: number): void;
}

/** Makes the calls of one case, live, and takes away what was made for it. */
export async function runCase(test: SuiteTest, options: CaseOptions): Promise<Result<Ran>> {
  if (arch !== MACHINE.arch) return failed("SW-FALCO-ROOM", `calls are made on x64 only, this is ${arch}`);
  const made: string[] = [];
  const folders: string[] = [];
  const group = test.context?.container == null ? undefined : containerGroup(options);
  if (group !== undefined && !group.ok) return group;
  try {
    const before = script(test.before);
    if (before !== undefined) return failed("SW-FALCO-SUITE", `before: ${before}`);
    const inGroup = group === undefined ? {} : { cgroupProcs: join(group.value, "cgroup.procs") };
    const written = writeScript(test, { mark: options.mark, root: ROOT_PROGRAM, ...inGroup });
    if (!written.ok) return written;
    const ready = prepare(written.value, made, folders);
    if (!ready.ok) return ready;
    const ran = await perform(written.value, options);
    const after = script(test.after);
    return after === undefined ? ran : failed("SW-FALCO-SUITE", `after: ${after}`);
  } catch (error) {
    return failed("SW-FALCO-SUITE", error instanceof Error ? error.message : String(error));
  } finally {
    for (const path of made.toReversed()) rmSync(path, { force: true });
    for (const folder of folders.toReversed()) rmSync(folder, { recursive: true, force: true });
    if (group?.ok === true) await removeGroup(group.value);
  }
}

function script(text: string | null | undefined): string | undefined {
  if (text == null) return undefined;
  const { status, stderr, error } = spawnSync("/bin/sh", ["-c", text], { encoding: "utf8", timeout: SCRIPT_MS });
  return status === 0 ? undefined : (error?.message ?? `exit ${status}: ${stderr.trim()}`);
}

/** A group named as Docker names its containers' (container-id.ts). */
function containerGroup({ v2, mark }: CaseOptions): Result<string> {
  if (v2 === undefined) return failed("SW-FALCO-ROOM", "a container needs cgroup v2");
  const id = Buffer.from(mark.padEnd(32, "0").slice(0, 32)).toString("hex");
  const folder = join(v2, `swarms-falco-${process.pid}`, "docker", id);
  mkdirSync(folder, { recursive: true });
  return ok(folder);
}

async function removeGroup(folder: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      rmdirSync(folder);
      rmdirSync(dirname(folder));
      rmdirSync(dirname(dirname(folder)));
      return;
    } catch {
      // Its last process is still on its way out.
      await sleep(10);
    }
  }
}

function prepare({ programs, placed }: Script, made: string[], folders: string[]): Result<void> {
  for (const { path, linkTo } of programs) {
    if (existsSync(path)) return failed("SW-FALCO-SUITE", `${path} is there already, and is not replaced`);
    makeFolder(dirname(path), folders);
    made.push(path);
    if (linkTo === undefined) writeMachine(path);
    else symlinkSync(linkTo, path);
  }
  for (const { folders: wanted, files, empty, hosts } of placed) {
    for (const folder of wanted) makeFolder(folder, folders);
    for (const path of empty) writeFileSync(path, "");
    made.push(...files);
    const problem = hosts.map((host) => giveAddress(host)).find((each) => each !== undefined);
    if (problem !== undefined) return failed("SW-FALCO-ROOM", problem);
  }
  // A new file for each case: calls of the same program in the same line would be counted as repeats of the last case's.
  made.push(ROOT_PROGRAM);
  writeMachine(ROOT_PROGRAM);
  return ok(undefined);
}

function makeFolder(folder: string, folders: string[]): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first !== undefined) folders.push(first);
}

function writeMachine(path: string): void {
  writeFileSync(path, machineProgram());
  chmodSync(path, 0o755);
}

async function perform({ blocks }: Script, { mark, onStarted }: CaseOptions): Promise<Result<Ran>> {
  const file = `/tmp/swarms-script${mark}`;
  const fd = openSync(file, "wx+", 0o600);
  try {
    for (const block of blocks) writeSync(fd, block.encoded());
    // The offset is shared: whoever reads next begins where this one ends.
    const scriptFd = openSync(file, "r+");
    const child = spawn(ROOT_PROGRAM, [], { stdio: ["ignore", "ignore", "ignore", scriptFd], detached: true });
    closeSync(scriptFd);
    const exited = once(child, "exit");
    if (child.pid === undefined) {
      await exited.catch(() => undefined);
      return failed("SW-FALCO-ROOM", `${ROOT_PROGRAM} cannot be run`);
    }
    onStarted(child.pid);
    const timer = setTimeout(() => endGroup(child.pid ?? 0), CASE_MS);
    await exited;
    clearTimeout(timer);
    const results = Buffer.alloc(RESULTS.bytes);
    readSync(fd, results, 0, RESULTS.bytes, RESULTS.at);
    const failures = blocks
      .flatMap((block) => block.outcomes(results))
      .filter(({ result }) => result < 0)
      .map(({ what, result }) => `${what}: ${errnoName(result)}`);
    return ok({ pid: child.pid, failures });
  } finally {
    closeSync(fd);
    rmSync(file, { force: true });
  }
}

/** The processes of a case are one process group, led by the first. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
