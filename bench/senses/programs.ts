import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = join(import.meta.dirname, "programs");
/** getppid(2), by process.arch (asm/unistd.h). */
const GETPPID: Readonly<Record<string, number>> = { x64: 110, arm64: 173 };
const MULTIARCH: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** Compiles what lies in programs/, once each, into the folder of the run. Throws with the compiler's words. */
export class Programs {
  private readonly folder: string;
  private readonly built = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Path of the program made from NAME.c. */
  program(name: string, libraries: readonly string[] = []): string {
    return this.once(name, (out) => {
      const flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"];
      return ["gcc", ...flags, "-o", out, join(SOURCES, `${name}.c`), ...libraries.map((each) => `-l${each}`)];
    });
  }

  /** The object made from NAME.bpf.c, as the kernel's loader takes it. */
  bpf(name: string): Uint8Array {
    const include = ["-idirafter", `/usr/include/${MULTIARCH[process.arch] ?? ""}`];
    const defines = [`-DCALL=${GETPPID[process.arch] ?? -1}`];
    const path = this.once(`${name}.bpf.o`, (out) => {
      const flags = ["--target=bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Werror", ...defines, ...include];
      return ["clang", ...flags, "-c", join(SOURCES, `${name}.bpf.c`), "-o", out];
    });
    return readFileSync(path);
  }

  private once(name: string, command: (out: string) => readonly string[]): string {
    const known = this.built.get(name);
    if (known !== undefined) return known;
    const out = join(this.folder, name);
    const [compiler = "", ...args] = command(out);
    const { status, stderr } = spawnSync(compiler, args, { encoding: "utf8", timeout: 60_000 });
    if (status !== 0) throw new Error(`${compiler} ${name}: ${stderr}`);
    this.built.set(name, out);
    return out;
  }
}
