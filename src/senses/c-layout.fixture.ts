import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const BPF = fileURLToPath(new URL("../../bpf", import.meta.url));

/** What a header is claimed to hold: structures by member (`bytes` is the size), and constants. */
export interface LayoutClaims {
  readonly header: string;
  readonly structs: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly constants: Readonly<Record<string, number>>;
}

/** What the C compiler says against the claims: "" where they hold, undefined where no clang for bpf is installed. */
export function refuteLayout({ header, structs, constants }: LayoutClaims): string | undefined {
  if (compile("#include <linux/types.h>\n").code !== 0) return undefined;
  const members = Object.entries(structs).flatMap(([name, fields]) =>
    Object.entries(fields).map(([field, value]) =>
      field === "bytes"
        ? `sizeof(struct ${name}) == ${value}`
        : `__builtin_offsetof(struct ${name}, ${field}) == ${value}`,
    ),
  );
  const claims = [...members, ...Object.entries(constants).map(([name, value]) => `${name} == ${value}`)];
  const lines = claims.map((claim) => `_Static_assert(${claim}, "${claim}");`);
  const { code, says } = compile([`#include "${header}"`, ...lines, ""].join("\n"));
  return code === 0 ? "" : says || "does not compile";
}

function compile(source: string): { code: number | null; says: string } {
  const multiarch = `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  const args = ["--target=bpf", "-fsyntax-only", "-w", "-I", BPF, "-idirafter", multiarch, "-x", "c", "-"];
  const { status, stderr, error } = spawnSync("clang", args, { input: source, encoding: "utf8", timeout: 30_000 });
  return { code: error === undefined ? status : null, says: stderr };
}
