import type { ProcessRecord, ProcessView } from "../../src/core/agent.ts";
import type { CallEvent, EventBase, ExecEvent, SensedEvent } from "../../src/core/event.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import type { Traffic } from "./traffic.ts";

/*
 * A server's traffic, made from a seed: by far most of it opens of files and starts of programs that no rule is about, and one event in
 * a thousand reads the password hashes, which some are. Programs stand below those that start them on a real host; a third of the paths
 * are new each time, as those of /proc/PID and of a build are.
 */
const PROGRAMS: readonly Program[] = [
  { comm: "systemd", parent: -1, argv: ["/sbin/init"] },
  { comm: "nginx", parent: 0, argv: ["nginx: worker process"] },
  { comm: "postgres", parent: 0, argv: ["postgres", "-D", "/var/lib/postgresql/15/main"] },
  { comm: "redis-server", parent: 0, argv: ["redis-server", "*:6379"] },
  { comm: "cron", parent: 0, argv: ["/usr/sbin/cron", "-f"] },
  { comm: "sh", parent: 4, argv: ["/bin/sh", "-c", "run-parts /etc/cron.hourly"] },
  { comm: "sshd", parent: 0, argv: ["sshd: u [priv]"] },
  { comm: "bash", parent: 6, argv: ["-bash"] },
  { comm: "make", parent: 7, argv: ["make", "-j4"] },
  { comm: "cc1", parent: 8, argv: ["cc1", "-quiet", "-O2", "src/main.c"] },
  { comm: "git", parent: 7, argv: ["git", "status"] },
  { comm: "node", parent: 0, argv: ["node", "/srv/app/server.js"] },
];
const READ = [
  "/usr/lib/x86_64-linux-gnu/libc.so.6",
  "/etc/ld.so.cache",
  "/proc/meminfo",
  "/var/www/html/index.html",
  "/etc/nsswitch.conf",
  "/usr/share/zoneinfo/UTC",
  "/home/u/project/src/main.c",
  "/sys/fs/cgroup/cpu.stat",
  "/usr/include/stdio.h",
  "/etc/localtime",
] as const;
const WRITTEN = ["/tmp/session-1234", "/var/lib/postgresql/15/main/base/1/2", "/dev/null", "/srv/app/cache/a"] as const;
const PROCESSES = 2000;
const SHARE = { wanted: 0.001, written: 0.1, opened: 0.8, fresh: 0.33 } as const;
const TRAITS = { upperLayer: false, memfd: false, deleted: false } as const;

interface Program {
  readonly comm: string;
  /** Place of who starts it. */
  readonly parent: number;
  readonly argv: readonly string[];
}

/** `seed`: another gives other events and other new paths, of the same programs. */
export function generatedTraffic(count: number, seed = 7): Traffic {
  const random = seededRandom(seed);
  const records = Array.from({ length: PROCESSES }, (_, pid) => recordOf(pid));
  const byKey = new Map(records.map((record) => [record.key, record]));
  const view: ProcessView = { get: (key) => byKey.get(key), lineage: () => [] };
  const events = Array.from({ length: count }, () => eventOf(random, records));
  return { events, views: events.map(() => view) };
}

/** Each program's processes have the first of what starts them as their parent. */
function recordOf(pid: number): ProcessRecord {
  const program = PROGRAMS[pid % PROGRAMS.length] as Program;
  const { comm, parent, argv } = program;
  const credentials = {
    uid: 0,
    euid: 0,
    suid: 0,
    gid: 0,
    egid: 0,
    loginUid: 4_294_967_295,
    caps: { effective: 0, permitted: 0, inheritable: 0 },
  };
  const path = `/usr/bin/${comm}`;
  const base = { exePath: path, argv, argvCut: false, cwd: "/", tty: 0, sid: 1, interpreter: "" };
  const details = { ...base, credentials, traits: TRAITS };
  const key = `p:${pid + 1}@${pid + 1}`;
  const above = parent < 0 ? "p:0@0" : `p:${parent + 1}@${parent + 1}`;
  return { key, parent: above, comm, path, exe: "f:1:2", uid: 0, cgroup: "/", sinceMs: 0, details };
}

function eventOf(random: Random, records: readonly ProcessRecord[]): SensedEvent {
  const at = Math.floor(random() * PROCESSES);
  const record = records[at] as ProcessRecord;
  // With its text form at hand, as the decoder has it.
  const process = { pid: at + 1, startTicks: at + 1, key: record.key };
  const base: EventBase = { atNs: 4e12, process, comm: record.comm, uid: 0, cgroupId: 1, cpuCgroupId: 1 };
  const kind = random();
  if (kind < SHARE.wanted) return opened(base, "/etc/shadow", 0);
  const of = (paths: readonly string[]): string => paths[Math.floor(random() * paths.length)] as string;
  const fresh = random() < SHARE.fresh ? `.${Math.floor(random() * 1e9)}` : "";
  if (kind < SHARE.written) return opened(base, `${of(WRITTEN)}${fresh}`, 0o1101);
  if (kind < SHARE.opened) return opened(base, `${of(READ)}${fresh}`, 0);
  const file = { path: record.path, exe: { dev: 1, ino: 2 }, ctimeMs: 0, mtimeMs: 0 };
  const exec: ExecEvent = { ...base, kind: "exec", parent: process, ...file };
  return record.details === undefined ? exec : { ...exec, details: record.details };
}

const AT_FDCWD = 2 ** 32 - 100;

function opened(base: EventBase, path: string, flags: number): CallEvent {
  const fd = { number: 3, type: "file", path, file: { dev: 1, ino: 9 }, mode: 0o100644, traits: TRAITS } as const;
  const call = { call: "openat", entry: "64", result: 3, path, path2: "", repeats: 0, fd } as const;
  return { ...base, ...call, kind: flags === 0 ? "open.read" : "open.write", args: [AT_FDCWD, 0, flags, 0, 0, 0] };
}
