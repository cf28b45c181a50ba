import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ProcessRecord } from "../src/core/agent.ts";
import type { Source } from "../src/core/config-positions.ts";
import type { CallEvent, ExecEvent, SensedEvent } from "../src/core/event.ts";
import { seededRandom } from "../src/core/random.ts";
import { RuleEngine } from "../src/immune/rules/rule-engine.ts";
import { loadRules, type RuleSet } from "../src/immune/rules/rule-set.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { kindsOfType } from "../src/senses/calls/event-types.ts";
import { atLeast, atMost, benchOptions, conclude, type Figure, perCpuSecond } from "./harness.ts";

/*
 * How many events a second rules can be asked about, on one core: Falco's stable rules, where their file is there (SWARMS_DATA or
 * ../shared/data), and our own. Traffic is generated: what a server does, by far most of it opens of files and starts of programs
 * that no rule is about, and one event in a thousand that some rule fires on.
 */
const EVENTS = 200_000;
const EVENTS_A_SECOND = 500_000;
const MEGABYTES = 64;

const OWN = fileURLToPath(new URL("../rules/", import.meta.url));
const FALCO = `${process.env["SWARMS_DATA"] ?? fileURLToPath(new URL("../../shared/data", import.meta.url))}/falco/falco_rules.yaml`;

function sources(): readonly Source[] {
  const own = readdirSync(OWN).filter((name) => name.endsWith(".yaml"));
  const files = [...(existsSync(FALCO) ? [FALCO] : []), ...own.sort().map((name) => `${OWN}${name}`)];
  return files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

const NAMES = [
  "nginx",
  "postgres",
  "bash",
  "cron",
  "python3",
  "redis-server",
  "systemd",
  "sshd",
  "dpkg",
  "node",
] as const;
const PATHS = [
  "/usr/lib/x86_64-linux-gnu/libc.so.6",
  "/etc/ld.so.cache",
  "/proc/meminfo",
  "/var/www/html/index.html",
  "/etc/nsswitch.conf",
  "/usr/share/zoneinfo/UTC",
  "/var/lib/postgresql/15/main/base/1/2",
  "/tmp/session-1234",
  "/home/u/project/src/main.c",
  "/sys/fs/cgroup/cpu.stat",
] as const;

interface Traffic {
  readonly events: readonly SensedEvent[];
  readonly records: ReadonlyMap<string, ProcessRecord>;
}

function traffic(count: number): Traffic {
  const random = seededRandom(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const records = new Map<string, ProcessRecord>();
  const keys: { readonly pid: number; readonly startTicks: number; readonly key: string }[] = [];
  for (let pid = 1; pid <= 2000; pid++) {
    const key = `p:${pid}@${pid}`;
    keys.push({ pid, startTicks: pid, key });
    const parent = Math.floor(random() * pid);
    records.set(key, recordOf(key, `p:${parent}@${parent}`, pick(NAMES)));
  }
  const events = Array.from({ length: count }, (): SensedEvent => {
    const process = pick(keys);
    const base = {
      atNs: 4e12,
      process,
      comm: records.get(process.key)?.comm ?? "",
      uid: 0,
      cgroupId: 1,
      cpuCgroupId: 1,
    };
    const kind = random();
    if (kind < 0.001) return opened(base, "/etc/shadow", 0);
    if (kind < 0.8) return opened(base, pick(PATHS), kind < 0.1 ? 0o1101 : 0);
    const details = records.get(process.key)?.details;
    const exec: ExecEvent = {
      ...base,
      kind: "exec",
      parent: process,
      path: "/usr/bin/x",
      exe: { dev: 1, ino: 2 },
      ctimeMs: 0,
      mtimeMs: 0,
    };
    return details === undefined ? exec : { ...exec, details };
  });
  return { events, records };
}

function recordOf(key: string, parent: string, comm: string): ProcessRecord {
  const credentials = {
    uid: 0,
    euid: 0,
    suid: 0,
    gid: 0,
    egid: 0,
    loginUid: 4_294_967_295,
    caps: { effective: 0, permitted: 0, inheritable: 0 },
  };
  const traits = { upperLayer: false, memfd: false, deleted: false };
  const details = {
    exePath: `/usr/bin/${comm}`,
    argv: [comm, "-c", "/etc/x.conf"],
    argvCut: false,
    cwd: "/",
    tty: 0,
    sid: 1,
    credentials,
    traits,
    interpreter: "",
  };
  return { key, parent, comm, path: `/usr/bin/${comm}`, exe: "f:1:2", uid: 0, cgroup: "/", sinceMs: 0, details };
}

function opened(
  base: Omit<CallEvent, "kind" | "call" | "entry" | "result" | "args" | "path" | "path2" | "repeats">,
  path: string,
  flags: number,
): CallEvent {
  const traits = { upperLayer: false, memfd: false, deleted: false };
  const fd = { number: 3, type: "file", path, file: { dev: 1, ino: 9 }, mode: 0o100644, traits } as const;
  const kind = flags === 0 ? "open.read" : "open.write";
  return {
    ...base,
    kind,
    call: "openat",
    entry: "64",
    result: 3,
    args: [2 ** 32 - 100, 0, flags, 0, 0, 0],
    path,
    path2: "",
    repeats: 0,
    fd,
  };
}

function engineOf(set: RuleSet, { records }: Traffic): RuleEngine {
  const accounts = { user: () => "root", group: () => "root" };
  return new RuleEngine(set, {
    processes: { get: (key) => records.get(key), lineage: () => [] },
    accounts,
    hostname: "h",
    matching: "all",
  });
}

function main(): void {
  const options = benchOptions(process.argv.slice(2));
  if (options === undefined) return;
  const { set, wrong } = loadRules(sources(), kindsOfType);
  if (set === undefined) throw new Error(wrong.map(({ says }) => says).join("; "));
  const made = traffic(EVENTS);
  const engine = engineOf(set, made);
  let fired = 0;
  const pass = (): void => {
    for (const event of made.events) fired += engine.match(event, 1e12).length;
  };
  for (let i = 0; i < 3; i++) pass();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const speeds: number[] = [];
  fired = 0;
  const repeats = options.quick ? 5 : 15;
  for (let i = 0; i < repeats; i++) speeds.push(perCpuSecond(EVENTS, pass));
  globalThis.gc?.();
  const grown = (process.memoryUsage().heapUsed - before) / 1e6;
  const figures: Figure[] = [
    { name: "rules loaded", spread: spreadOf([set.rules.length]), unit: "rules" },
    { name: "alerts in a pass", spread: spreadOf([fired / repeats]), unit: "alerts" },
    {
      name: "events a second of CPU time, all rules",
      spread: spreadOf(speeds),
      unit: "events/s",
      limit: atLeast(EVENTS_A_SECOND),
    },
    { name: "memory grown while asked", spread: spreadOf([grown]), unit: "MB", limit: atMost(MEGABYTES) },
    ...(options.quick ? [] : dearest(set, made)),
  ];
  conclude("Rules: events that can be asked about", figures, options);
}

const SHOWN = 10;

/** Each rule alone on the same traffic, over an engine without rules: the dearest first. */
function dearest(set: RuleSet, made: Traffic): readonly Figure[] {
  const events = made.events.slice(0, 20_000);
  const cost = (rules: RuleSet["rules"]): number => {
    const engine = engineOf({ ...set, rules }, made);
    const pass = (): void => events.forEach((event) => void engine.match(event, 1e12));
    pass();
    return spreadOf(Array.from({ length: 3 }, () => 1e9 / perCpuSecond(events.length, pass))).median;
  };
  const costs = set.rules.map((rule) => ({ name: rule.definition.name, ns: cost([rule]) }));
  const top = costs.toSorted((a, b) => b.ns - a.ns).slice(0, SHOWN);
  return top.map(({ name, ns }) => ({ name: `alone: ${name}`, spread: spreadOf([ns]), unit: "ns/event" }));
}

main();
