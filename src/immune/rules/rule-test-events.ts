import type { ProcessRecord, ProcessView } from "../../core/agent.ts";
import type { EndpointRef } from "../../core/entity.ts";
import type { CallKind, EventKind } from "../../core/event-kinds.ts";
import type { CallEvent, EventBase, FdInfo, SensedEvent, SocketInfo } from "../../core/event.ts";
import { capabilityMask } from "./fields/capabilities.ts";
import type { Happening, Person, RuleTest } from "./rule-test-schema.ts";

const NOW_NS = 1e15;
const NS_PER_TICK = 1e7;
const FIRST_PID = 1000;
const AT_FDCWD = 2 ** 32 - 100;
const O_RDWR_CREAT_TRUNC = 0o1102;
const LOCAL = "192.0.2.10";

interface Scene {
  readonly event: SensedEvent;
  readonly processes: ProcessView;
  readonly wallMs: number;
}

/** What a rule would be shown: the event, and the process with those it comes from. */
export function sceneOf(test: RuleTest, kindOf: (call: string) => EventKind | undefined): Scene {
  const people = [...test.line, test.process];
  const records = people.map((each, index) =>
    recordOf(each, FIRST_PID + index, keyOf(people[index - 1], FIRST_PID + index - 1)),
  );
  const own = records.at(-1);
  const base: EventBase = {
    atNs: NOW_NS,
    process: { pid: FIRST_PID + people.length - 1, startTicks: startOf(test.process) },
    comm: test.process.name,
    uid: test.process.uid,
    cgroupId: 1,
    cpuCgroupId: 1,
  };
  const byKey = new Map(records.map((each) => [each.key, each]));
  return {
    event: eventOf(test.event, base, own, kindOf),
    processes: { get: (key) => byKey.get(key), lineage: () => [] },
    wallMs: 1_800_000_000_000,
  };
}

function startOf({ seconds }: Person): number {
  return Math.round((NOW_NS - seconds * 1e9) / NS_PER_TICK);
}

function keyOf(person: Person | undefined, pid: number): string {
  return person === undefined ? "p:1@1" : `p:${pid}@${startOf(person)}`;
}

function recordOf(person: Person, pid: number, parent: string): ProcessRecord {
  const path = person.path ?? (person.memfd ? `memfd:${person.name}` : `/usr/bin/${person.name}`);
  const caps = person.caps.includes("all") ? 2 ** 41 - 1 : capabilityMask(person.caps);
  const { uid, gid = uid } = person;
  return {
    key: keyOf(person, pid),
    parent,
    comm: person.name,
    path,
    exe: "f:1:2",
    uid,
    cgroup: "/",
    sinceMs: 0,
    ...(person.container === undefined ? {} : { container: { runtime: "docker", id: person.container } }),
    details: {
      exePath: path,
      argv: [person.exe ?? person.name, ...person.args],
      argvCut: false,
      cwd: person.cwd,
      tty: person.tty,
      sid: FIRST_PID,
      credentials: {
        uid,
        euid: uid,
        suid: uid,
        gid,
        egid: gid,
        loginUid: person.loginuid < 0 ? 4_294_967_295 : person.loginuid,
        caps: { effective: caps, permitted: caps, inheritable: 0 },
      },
      traits: { upperLayer: person.upperLayer, memfd: person.memfd, deleted: person.deleted },
      interpreter: "",
    },
  };
}

function eventOf(
  given: Happening,
  base: EventBase,
  record: ProcessRecord | undefined,
  kindOf: (call: string) => EventKind | undefined,
): SensedEvent {
  if (given.read !== undefined) return opened(given, base, given.read, given.flags ?? 0);
  if (given.write !== undefined) return opened(given, base, given.write, given.flags ?? O_RDWR_CREAT_TRUNC);
  if (given.connect !== undefined) return connection(given, base, "connect", "connected", given.connect, 1);
  if (given.send !== undefined) return connection(given, base, "sendto", "send", given.send, 2);
  if (given.accept !== undefined) return connection(given, base, "accept4", "accept", given.accept, 1);
  if (given.listen !== undefined) return connection(given, base, "listen", "listen", given.listen, 1);
  if (given.unix !== undefined) {
    const socket: SocketInfo = { family: "unix", type: 1, protocol: 0, path: given.unix };
    return { ...call(given, base, "connect", "connected"), fd: { ...plainFd(3), type: "socket", socket } };
  }
  if (given.dup !== undefined) {
    const event = connection(given, base, "dup2", "dup", given.dup.address, 1);
    return { ...event, result: given.dup.to };
  }
  if (given.call !== undefined) return call(given, base, given.call, (kindOf(given.call) ?? "ptrace") as CallKind);
  const exec = { ...base, kind: "exec", path: record?.path ?? "", exe: { dev: 1, ino: 2 } } as const;
  const parent = { pid: base.process.pid - 1, startTicks: 1 };
  const event: SensedEvent = { ...exec, parent, ctimeMs: 0, mtimeMs: 0 };
  return record?.details === undefined ? event : { ...event, details: record.details };
}

function call(given: Happening, base: EventBase, name: string, kind: CallKind): CallEvent {
  const args = [...given.args, 0, 0, 0, 0, 0, 0].slice(0, 6);
  const { path = "", path2 = "", result = 0 } = given;
  return { ...base, kind, call: name, entry: "64", result, args, path, path2, repeats: 0 };
}

function opened(given: Happening, base: EventBase, path: string, flags: number): CallEvent {
  const result = given.result ?? 3;
  const kind: CallKind = result < 0 ? "open.failed" : (flags & 3) === 0 ? "open.read" : "open.write";
  const event = call({ ...given, path, result, args: [AT_FDCWD, 0, flags, 0o644] }, base, "openat", kind);
  return result < 0 ? event : { ...event, fd: { ...plainFd(result), path: given.real ?? path } };
}

function plainFd(number: number): FdInfo {
  const traits = { upperLayer: false, memfd: false, deleted: false };
  return { number, type: "file", path: "", file: { dev: 1, ino: 9 }, mode: 0o100644, traits };
}

function connection(
  given: Happening,
  base: EventBase,
  name: string,
  kind: CallKind,
  at: string,
  type: number,
): CallEvent {
  const other = endpointOf(at);
  const family = other.address.includes(":") ? "ipv6" : "ipv4";
  const own = { address: family === "ipv4" ? LOCAL : "2001:db8::10", port: kind === "accept" ? 443 : 40_000 };
  const ends = kind === "listen" ? { local: other } : { local: own, remote: other };
  const socket: SocketInfo = {
    family,
    type,
    protocol: type === 1 ? 6 : 17,
    path: "",
    ...(kind === "send" ? { local: own } : ends),
  };
  const event = call({ ...given, args: [3, 0, 0, 0, 0, 0] }, base, name, kind);
  const fd: FdInfo = { ...plainFd(3), type: "socket", socket };
  return kind === "connected" || kind === "send" ? { ...event, fd, address: other } : { ...event, fd };
}

function endpointOf(text: string): EndpointRef {
  const at = text.lastIndexOf(":");
  return { address: text.slice(0, at).replaceAll(/[[\]]/g, ""), port: Number(text.slice(at + 1)) };
}
