import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** What parts need beside the layer itself, how it is looked for, and where it is to be had. */
const TOOLS = {
  root: { found: () => process.getuid?.() === 0, get: "run as root" },
  gcc: { found: () => works("gcc", "--version"), get: "apt-get install gcc libc6-dev" },
  make: { found: () => works("make", "--version"), get: "apt-get install make" },
  clang: { found: () => works("clang", "--version"), get: "apt-get install clang" },
  "libbpf-dev": { found: () => existsSync("/usr/include/bpf/bpf_tracing.h"), get: "apt-get install libbpf-dev" },
  bpftrace: { found: () => works("bpftrace", "--version"), get: "apt-get install bpftrace" },
  unshare: { found: () => works("unshare", "--version"), get: "apt-get install util-linux" },
} as const satisfies Record<string, { found(): boolean; readonly get: string }>;

export type ToolName = keyof typeof TOOLS;

const known = new Map<ToolName, boolean>();

export function hasTool(name: ToolName): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = TOOLS[name].found();
  known.set(name, found);
  return found;
}

/** One sentence for each that is missing: what, and how to get it. */
export function missingTools(names: readonly ToolName[]): string[] {
  return names.filter((name) => !hasTool(name)).map((name) => `${name} is missing (→ ${TOOLS[name].get})`);
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 10_000 }).status === 0;
}
