import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A program in C that tests run. It is linked statically: an exec is one program and no loader, and it makes no call beside. */
export interface StaticProgram {
  /** Of the file, and so what the kernel calls its processes. */
  readonly name: string;
  readonly source: string;
}

/** Where programs lie that were compiled elsewhere: the test machine has no compiler (vm/programs.ts). */
const BROUGHT = process.env["SWARMS_TEST_PROGRAMS"];
const COMPILERS = ["gcc", "clang", "cc"];
const built = new Map<string, string | undefined>();

/**
 * Path of the program, compiled once a process and removed with it; undefined where no compiler makes static programs.
 * Throws on what does not compile, and where programs were brought along and this one is not among them.
 */
export function staticProgram(program: StaticProgram): string | undefined {
  if (BROUGHT !== undefined) return broughtAlong(program, BROUGHT);
  const key = pathOf(program);
  if (!built.has(key)) {
    const folder = mkdtempSync(join(tmpdir(), "swarms-program-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
    built.set(key, compileInto(folder, program));
  }
  return built.get(key);
}

/** Compiles the program to where staticProgram() looks for it in the folder; undefined and throws as that does. */
export function compileInto(folder: string, program: StaticProgram): string | undefined {
  const path = join(folder, pathOf(program));
  mkdirSync(dirname(path), { recursive: true });
  const compiler = COMPILERS.find((name) => compile(name, "int main(void) { return 0; }", path) === undefined);
  rmSync(path, { force: true });
  if (compiler === undefined) return undefined;
  const complaint = compile(compiler, program.source, path);
  if (complaint !== undefined) throw new Error(`${program.name}: ${complaint}`);
  return path;
}

function broughtAlong(program: StaticProgram, folder: string): string {
  const path = join(folder, pathOf(program));
  if (!existsSync(path)) throw new Error(`no ${path}: ${program.name} is missing in the table of vm/programs.ts`);
  return path;
}

/** Below its folder, and other for another source. */
function pathOf({ name, source }: StaticProgram): string {
  return join(createHash("sha256").update(source).digest("hex").slice(0, 16), name);
}

/** What the compiler complains about, or undefined. */
function compile(compiler: string, source: string, path: string): string | undefined {
  writeFileSync(`${path}.c`, source);
  const args = ["-static", "-pthread", "-O1", "-w", "-o", path, `${path}.c`];
  const { status, stderr, error } = spawnSync(compiler, args, { encoding: "utf8", timeout: 100_000 });
  return status === 0 && existsSync(path) ? undefined : (error?.message ?? (stderr || `${compiler}: exit ${status}`));
}
