import { readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { ACTION_KINDS, type ActionKind, type ActionSpec, type Mode, specOf } from "../core/action.ts";
import { type World, world } from "./guard.fixture.ts";
import type { Shape } from "./host.fixture.ts";

/** Of each kind that is aimed at somebody, a value that is applied to a group which may be touched. */
const VALUES: Readonly<Partial<Record<ActionKind, number>>> = {
  "cpu.weight": 50,
  "cpu.max": 50,
  "memory.high": 64,
  "memory.low": 16,
  "memory.reclaim": 16,
  "io.weight": 50,
  "io.max": 2048,
  "sched.slice": 5000,
  "sched.nice": 5,
};

export const valueFor = (kind: ActionKind): number => VALUES[kind] ?? 1;

export const reachOfKind = (kind: ActionKind): ActionSpec["reach"] => specOf(kind).reach;

/** All but the settings of the whole host, which are aimed at nobody, and adoption, for which the guard itself finds whom (adopt-live.test.ts). */
export const AIMED_KINDS: readonly ActionKind[] = ACTION_KINDS.filter(
  (kind) => reachOfKind(kind) !== "host" && kind !== "adopt",
);

export const SSHD = "/usr/sbin/sshd";
export const VIP = "/swarms/vip";

/** The widest configuration there is: every kind named, in scope what can be, budgets that stop nothing. */
export function widest(mode: Mode): object {
  return {
    mode,
    scope: ["/swarms"],
    protect: { cgroups: [VIP], executables: [SSHD] },
    budget: { containmentsPerHour: 1000, shareOfScope: 1, killsPerHour: 1000, killShareOfScope: 1 },
    actions: Object.fromEntries(ACTION_KINDS.map((kind) => [kind, { mode }])),
  };
}

/** Whom an attacker would have the layer suspect. Each comes into a group, at whatever depth, with a pid of its own. */
export const VICTIMS: Readonly<Record<string, { readonly pid: number; readonly about: object }>> = {
  "pid 1": { pid: 1, about: { ppid: 0 } },
  "a kernel thread": { pid: 2, about: { flags: 0x00200000 } },
  "the layer": { pid: 900, about: { ppid: 899 } },
  "the layer's parent": { pid: 899, about: { ppid: 1 } },
  sshd: { pid: 700, about: { exe: SSHD } },
  "sshd, its file replaced": { pid: 701, about: { exe: `${SSHD} (deleted)` } },
  "a process that does not show what it runs": { pid: 702, about: { exe: "" } },
};

export function hostile(t: TestContext, mode: Mode, shape: Shape): World {
  return world(t, widest(mode), shape);
}

/** A thread that is not its process's first: the kernel shows it below /proc like a process, in no list of it. */
export function thread(w: World, tid: number, pid: number, cgroup: string): string {
  w.host.thread(tid, pid, cgroup);
  const [process, dir] = [pid, tid].map((id) => join(w.host.procRoot, String(id))) as [string, string];
  const stat = readFileSync(join(process, "stat"), "utf8");
  const startTicks = tid * 10;
  writeFileSync(join(dir, "stat"), stat.replace(/^\d+/, `${tid}`).replace(/\d+( 0 100)$/, `${startTicks}$1`));
  writeFileSync(join(dir, "cgroup"), readFileSync(join(process, "cgroup")));
  if (readdirSync(process).includes("exe")) symlinkSync(readlinkSync(join(process, "exe")), join(dir, "exe"));
  return `p:${tid}@${startTicks}`;
}

/** Everything that an action could have changed, as text. */
export function traces(w: World): string {
  const { root, access } = w.host;
  const trees = readdirSync(root).filter((name) => !["journal", "proc", "etc"].includes(name));
  const knobs = trees.flatMap((tree) =>
    readdirSync(join(root, tree), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^(cgroup\.(procs|threads)|tasks)$/.test(entry.name))
      .map(({ parentPath, name }) => `${parentPath}/${name}=${readFileSync(join(parentPath, name), "utf8")}`),
  );
  const lists = [access.execDeny, access.execKill].map(({ files }) =>
    [...files].filter(([, refused]) => refused.length),
  );
  const nice = [...access.schedules].filter(([, { nice, sliceNs }]) => nice !== 0 || sliceNs !== 2_800_000);
  return JSON.stringify([knobs.sort(), access.killed, nice, [...access.policies], lists]);
}
