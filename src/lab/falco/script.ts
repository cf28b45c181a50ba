import { basename, dirname, join } from "node:path";
import { failed, ok, type Result } from "../../core/errors.ts";
import { Block, type Cell, MAX_BLOCKS } from "./block.ts";
import { machineProgram } from "./call-machine.ts";
import { addCredentials, type Credentials, credentialsOf } from "./credentials.ts";
import { addResource, place, type Placed } from "./resource-calls.ts";
import { addStep, type Bindings } from "./step-calls.ts";
import type { ProcessContext, Resource, SuiteTest } from "./suite-schema.ts";

/** A file that has to be there for the case: the machine itself, or a link to it. */
export interface Program {
  readonly path: string;
  readonly linkTo?: string;
}

/** A case, as processes carry it out. */
export interface Script {
  readonly blocks: readonly Block[];
  readonly programs: readonly Program[];
  readonly placed: readonly Placed[];
}

export interface ScriptOptions {
  /** Distinguishes the files of this case. */
  readonly mark: string;
  /** The program that the first process runs. */
  readonly root: string;
  /** A cgroup that the processes enter first: its cgroup.procs. */
  readonly cgroupProcs?: string;
}

const FOLDER = "/tmp";
/** Covered by an overlay (room.ts): what is run from there is in an upper layer, as anything that was brought into a container. */
const CONTAINER_FOLDER = "/var/tmp";
const SIGKILL = 9;
const AT_EMPTY_PATH = 0x1000;
const O_WRONLY = 1;
const AT_FDCWD = -100;
/** Where a process that was started says that it runs: far from what suites open. */
const READY_FD = 50;
/** What a process has in its environment where the suite says no more. */
const BASE_ENV: Readonly<Record<string, string>> = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" };

/** Argument lists as suites write them: separated by spaces, what is in quotes is one. */
export function splitArguments(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]+)"|'([^']+)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

interface Run {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly credentials: Credentials;
}

/** What each process of the case does: the root starts the first of the chain, each one the next, the last makes the calls. SW-FALCO-SUITE. */
export function writeScript(test: SuiteTest, options: ScriptOptions): Result<Script> {
  const writer = new ScriptWriter(test, options);
  return writer.write();
}

class ScriptWriter {
  private readonly test: SuiteTest;
  private readonly options: ScriptOptions;
  private readonly blocks: Block[] = [];
  private readonly programs: Program[] = [];
  private readonly placed: Placed[] = [];

  constructor(test: SuiteTest, options: ScriptOptions) {
    this.test = test;
    this.options = options;
  }

  write(): Result<Script> {
    const chain = this.test.context?.processes ?? [];
    const started = (this.test.resources ?? []).filter(({ type }) => type === "process").length;
    if (chain.length + 2 + started > MAX_BLOCKS)
      return failed("SW-FALCO-SUITE", `more than ${MAX_BLOCKS} processes in one test`);
    let block = this.block();
    if (this.options.cgroupProcs !== undefined) {
      enter(block, this.options.cgroupProcs);
      // As runtimes do: what runs in a container began there.
      exec(block, { path: this.options.root, argv: [this.options.root], env: environment({}), credentials: {} });
      block.end();
      block = this.block();
    }
    for (const [index, context] of chain.entries()) {
      const run = this.runOf(context, `${this.options.mark}-${index}`);
      if (!run.ok) return run;
      const pid = block.fork(() => exec(block, run.value));
      block.call("wait4", [pid, 0, 0, 0], "");
      block.end();
      block = this.block();
    }
    const done = this.body(block);
    return done.ok ? ok({ blocks: this.blocks, programs: this.programs, placed: this.placed }) : done;
  }

  private block(): Block {
    const block = new Block(this.blocks.length);
    this.blocks.push(block);
    return block;
  }

  private body(block: Block): Result<void> {
    const bound: Bindings = new Map();
    const started: Cell[] = [];
    for (const [index, resource] of (this.test.resources ?? []).entries()) {
      if (resource.type === "process") {
        const pid = this.process(block, resource, `${this.options.mark}-p${index}`);
        if (!pid.ok) return pid;
        bound.set(`${resource.name}.pid`.toLowerCase(), pid.value);
        started.push(pid.value);
        continue;
      }
      if (resource.type === "fd" && !opensItself(this.test, resource)) {
        this.placed.push(place(resource));
        continue;
      }
      const placed = addResource(block, resource, bound, `${FOLDER}/clientserver${this.options.mark}-${index}.sock`);
      if (!placed.ok) return placed;
      this.placed.push(placed.value);
    }
    for (const step of this.test.steps ?? []) {
      const added = addStep(block, step, bound);
      if (!added.ok) return added;
    }
    for (const pid of started) {
      block.call("kill", [pid, SIGKILL], "");
      block.call("wait4", [pid, 0, 0, 0], "");
    }
    block.end();
    return ok(undefined);
  }

  /** A process that waits until it is ended. It runs, and has its block, before its parent goes on. */
  private process(block: Block, resource: Resource, mark: string): Result<Cell> {
    const { exePath, args, exe, procName, env } = resource;
    const context = { exePath, args, exe, name: procName, env };
    const run = this.runOf(context, mark, resource.fileLess === true);
    if (!run.ok) return run;
    const ends = block.space(16);
    block.call("pipe2", [ends, 0], `resource ${resource.name}: pipe2`);
    const [reader, writer] = [block.readInt(ends), block.readInt(ends + 4)];
    block.call("dup2", [writer, READY_FD], "");
    const image = resource.fileLess === true ? memoryFile(block, resource.name) : undefined;
    const pid = block.fork(() => (image === undefined ? exec(block, run.value) : execFile(block, image, run.value)));
    // The other end is closed here, so that a program that never ran ends the wait.
    block.call("close", [writer], "");
    block.call("close", [READY_FD], "");
    block.call("read", [reader, block.space(8), 1], "");
    block.call("close", [reader], "");
    const child = this.block();
    child.call("write", [READY_FD, child.text("!"), 1], "");
    child.call("pause", [], "");
    child.end();
    return ok(pid);
  }

  private runOf(context: ProcessContext, mark: string, isFileLess = false): Result<Run> {
    const folder = this.test.context?.container == null ? FOLDER : CONTAINER_FOLDER;
    const exePath = context.exePath ?? `${folder}/swarms-falco${mark}`;
    const path = context.name == null ? exePath : join(dirname(exePath), context.name);
    const argv = [context.exe ?? context.name ?? basename(exePath), ...splitArguments(context.args ?? "")];
    const env = environment(context.env ?? {});
    const credentials = credentialsOf(context);
    if (!credentials.ok) return credentials;
    if (isFileLess) return ok({ path, argv, env, credentials: credentials.value });
    const isTaken = this.programs.some((program) => program.path === path);
    this.programs.push({ path: exePath });
    // Two of one name in a chain are the same machine: what they do is in their blocks.
    if (path !== exePath && !isTaken) this.programs.push({ path, linkTo: exePath });
    return ok({ path, argv, env, credentials: credentials.value });
  }
}

/** Anything but a file or folder that no step has to do with by its descriptor. */
function opensItself({ steps }: SuiteTest, { name, subtype }: Resource): boolean {
  if ((subtype !== "file" && subtype !== "directory") || (steps ?? []).length === 0) return true;
  return JSON.stringify((steps ?? []).map(({ args }) => args))
    .toLowerCase()
    .includes(`\${${name.toLowerCase()}.`);
}

const environment = (own: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries({ ...BASE_ENV, ...own }).map(([key, value]) => `${key}=${value}`);

/** The machine in memory alone, as programs do that leave no file. */
function memoryFile(block: Block, name: string): Cell {
  const machine = machineProgram();
  const fd = block.call("memfd_create", [block.text(name), 0], `resource ${name}: memfd_create`);
  block.call("write", [fd, block.data(machine), machine.length], `resource ${name}: write`);
  return fd;
}

function execFile(block: Block, fd: Cell, { argv, env }: Run): void {
  const args = [fd, block.text(""), block.texts(argv), block.texts(env), AT_EMPTY_PATH];
  block.call("execveat", args, "run from memory");
}

function enter(block: Block, cgroupProcs: string): void {
  const fd = block.call("openat", [AT_FDCWD, block.text(cgroupProcs), O_WRONLY, 0], "enter the container's group");
  block.call("write", [fd, block.text("0"), 1], "enter the container's group");
  block.call("close", [fd], "");
}

function exec(block: Block, { path, argv, env, credentials }: Run): void {
  addCredentials(block, credentials);
  block.call("execve", [block.text(path), block.texts(argv), block.texts(env)], `run ${path}`);
}
