import { spawnSync } from "node:child_process";
import { readConfinement } from "../kernel/confinement.ts";

/** What the warden keeps of root's powers (capabilities(7)), each with what would not work without it. */
export const KEPT_CAPABILITIES = {
  bpf: "loads eBPF programs",
  perfmon: "attaches them to tracepoints",
  net_admin: "attaches programs that see or refuse connections to cgroups",
  sys_admin: "builds the hive's room (mounts, namespaces), marks executables with fanotify",
  sys_chroot: "closes the room behind the hive",
  setuid: "gives the hive a user of its own",
  setgid: "gives the hive a group of its own",
  setpcap: "takes every capability from the hive",
  chown: "hands the hive its folder",
  fowner: "sets the modes of the state folders",
  dac_override: "writes cgroups that are delegated to users",
  dac_read_search: "reads executables' identity below closed folders",
  sys_ptrace: "reads /proc/PID/exe of other users' processes",
  sys_resource: "lets pressure triggers use windows below two seconds",
  sys_nice: "sets nice values and scheduler slices of other users' tasks",
  kill: "ends processes of other users",
} as const;

/** Numbers in capability.h of those that setpriv(1) of older releases knows by number only. */
const NUMBERS: Readonly<Record<string, number>> = { perfmon: 38, bpf: 39 };
const ALL_KEPT = Object.keys(KEPT_CAPABILITIES);

/** Bits, as in linux/capability.h. */
const BITS: Readonly<Record<string, number>> = {
  chown: 0,
  dac_override: 1,
  dac_read_search: 2,
  fowner: 3,
  kill: 5,
  setgid: 6,
  setuid: 7,
  setpcap: 8,
  net_admin: 12,
  sys_chroot: 18,
  sys_ptrace: 19,
  sys_admin: 21,
  sys_nice: 23,
  sys_resource: 24,
  ...NUMBERS,
};

/** Mask of what is kept. */
export const KEPT_MASK = ALL_KEPT.reduce((mask, name) => mask | (1n << BigInt(BITS[name] ?? 63)), 0n);

/**
 * The command that starts this very program again with nothing but what is kept, or undefined where that holds already
 * or cannot be had. Capabilities belong to threads, and Node has several before its first line of JavaScript: so they are
 * dropped before it starts.
 */
export function withoutOtherCapabilities(argv: readonly string[]): readonly [string, ...string[]] | undefined {
  const state = readConfinement(process.pid);
  if (state === undefined || ((state.bounding & ~KEPT_MASK) === 0n && state.noNewPrivileges)) return undefined;
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => works(path));
  if (setpriv === undefined) return undefined;
  const had = ALL_KEPT.filter((name) => (state.bounding & (1n << BigInt(BITS[name] ?? 63))) !== 0n);
  const kept = had.map((name) => `+${NUMBERS[name] === undefined ? name : `cap_${NUMBERS[name]}`}`);
  const flags = ["--no-new-privs", "--inh-caps=-all", `--bounding-set=${["-all", ...kept].join(",")}`];
  return [setpriv, ...flags, "--", ...argv];
}

function works(path: string): boolean {
  return spawnSync(path, ["--version"], { timeout: 5000, stdio: "ignore" }).status === 0;
}
