import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MeanPrior } from "./call-bitmap.ts";

const BPF = fileURLToPath(new URL("../../../bpf", import.meta.url));
const TIMEOUT_MS = 20_000;

/** What a program does that is nothing but bpf/sequence.h: "l CALL" learns, "c CALL" checks, "n" is a new task. */
const PROGRAM = `
#include <stdio.h>
#include "sequence.h"
static __u32 bitmap[SEQUENCE_WORDS];
int main(int argc, char **argv)
{
	struct sequence task = { 0 };
	struct sequence_prior prior;
	char what;
	unsigned call;
	if (scanf("%u %u", &prior.share, &prior.windows) != 2) return 1;
	while (scanf(" %c %u", &what, &call) == 2) {
		if (what == 'n') { task = (struct sequence){ 0 }; continue; }
		enum sequence_verdict verdict = sequence_step(&task, bitmap, sequence_call(call & 65535, call >> 16), what == 'l');
		if (what == 'c') putchar("skn"[verdict]);
	}
	printf("\\n%u %u %u\\n", task.windows, task.misses, sequence_mean(&task, &prior));
	for (unsigned bit = 0; bit < 65536; bit++)
		if (bitmap[bit >> 5] >> (bit & 31) & 1) printf("%u ", bit);
	return 0;
}`;

export interface SequenceOutcome {
  readonly verdicts: string;
  readonly windows: number;
  readonly misses: number;
  readonly mean: number;
  readonly bits: readonly number[];
}

/** The second half of a call's number (bit 16) says that it is of the 32-bit table. */
export type RunInC = (
  prior: MeanPrior,
  learn: readonly (readonly number[])[],
  check: readonly number[],
) => SequenceOutcome;

/** Calls `use` with the compiled header; undefined where no C compiler is installed. @throws Error where it does not compile. */
export function withSequenceInC<T>(use: (run: RunInC) => T): T | undefined {
  const folder = mkdtempSync(join(tmpdir(), "swarms-sequence-"));
  try {
    const program = join(folder, "sequence");
    const args = ["-std=gnu11", "-O2", "-Wall", "-Werror", "-I", BPF, "-x", "c", "-", "-o", program];
    const built = spawnSync("cc", args, { input: PROGRAM, encoding: "utf8", timeout: TIMEOUT_MS });
    if (built.error !== undefined) return undefined;
    if (built.status !== 0) throw new Error(built.stderr);
    return use((prior, learn, check) => {
      const lines = [
        `${prior.share} ${prior.windows}`,
        ...learn.flatMap((calls) => ["n 0", ...calls.map((call) => `l ${call}`)]),
        "n 0",
        ...check.map((call) => `c ${call}`),
      ];
      return outcomeOf(
        spawnSync(program, { input: lines.join("\n"), encoding: "utf8", timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 })
          .stdout,
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** What clang says of the header as part of an eBPF program: "" for nothing, undefined where no clang for bpf is installed. */
export function refuteForKernel(): string | undefined {
  const multiarch = `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  const flags = ["--target=bpf", "-mcpu=v3", "-O2", "-Wall", "-Wextra", "-Werror"];
  const args = [...flags, "-I", BPF, "-idirafter", multiarch, "-x", "c", "-", "-c", "-o", "/dev/null"];
  const compile = (input: string): ReturnType<typeof spawnSync> =>
    spawnSync("clang", args, { input, encoding: "utf8", timeout: TIMEOUT_MS });
  const plain = compile("int none;\n");
  if (plain.error !== undefined || plain.status !== 0) return undefined;
  const { status, stderr } = compile(KERNEL_USE);
  return status === 0 ? "" : String(stderr) || "does not compile";
}

const KERNEL_USE = `
#include "sequence.h"
__u32 checked(struct sequence *task, __u32 *bitmap, const struct sequence_prior *prior, __u32 number)
{
	return sequence_step(task, bitmap, sequence_call(number, 0), 0) == SEQUENCE_NEW ? sequence_mean(task, prior) : 0;
}
__u32 learned(struct sequence *task, __u32 *bitmap, __u32 number)
{
	return sequence_step(task, bitmap, sequence_call(number, 1), 1);
}`;

function outcomeOf(text: string): SequenceOutcome {
  const [verdicts = "", counts = "", bits = ""] = text.split("\n");
  const [windows = -1, misses = -1, mean = -1] = counts.split(" ").map(Number);
  return { verdicts, windows, misses, mean, bits: bits.trim() === "" ? [] : bits.trim().split(" ").map(Number) };
}
