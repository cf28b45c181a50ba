import { appendFileSync, readFileSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { MESSAGE } from "../core/wire/messages.ts";

/**
 * What a hive may become in other hands. Started by a real warden in the hive's place; which life it is says how many bytes
 * are in its diary. argv: JSON of `Aims`.
 */
export interface Aims {
  readonly diary: string;
  /** Groups in scope, with processes, and one out of scope. */
  readonly scope: readonly string[];
  readonly outside: string;
  /** In scope; and who must never be touched: the test, sshd's stand-in, a process out of scope. */
  readonly victims: readonly number[];
  readonly untouchable: readonly number[];
}

const aims = JSON.parse(process.argv[2] ?? "{}") as Aims;
appendFileSync(aims.diary, "x");
const life = statSync(aims.diary).size;
const channel = new Socket({ fd: 3 });
const tell = (name: "alive" | "propose" | "undo", body: object): boolean =>
  channel.write(encodeFrame(MESSAGE[name], Buffer.from(JSON.stringify(body))));
let sent = 0;
channel.on("error", () => {});
channel.on("close", () => process.exit(0));

const ref = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `p:${pid}@${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `p:${pid}@1`;
  }
};

function propose(kind: string, target: string, value: number): void {
  const says = "s".repeat(900);
  const entities = ["p:1@1", ...aims.untouchable.map(ref), "f:1:2", "host"];
  const evidence = entities.map((entity) => ({
    atMs: 1,
    agent: "quorum",
    kind: "rule",
    entity,
    weight: 99,
    says,
    numbers: { n: 1 },
  }));
  const words = { agent: `agent ${sent % 50}`, leaseMs: 86_400_000, reason: "r".repeat(1000), incident: "i-1" };
  tell("propose", { id: `h${sent++}`, kind, target, value, evidence: sent % 7 === 0 ? evidence : [], ...words });
}

/** Everything that a message can say, again and again: just below the rate at which a hive counts as flooding. */
const GRUDGES: readonly (readonly [kind: string, target: string, value: number])[] = [
  ...aims.victims.map((pid) => ["kill.process", ref(pid), 1] as const),
  ...aims.scope.flatMap((group) => [["kill.cgroup", `w:${group}`, 1] as const, ["freeze", `w:${group}`, 1] as const]),
  ...[1, process.ppid, process.pid, ...aims.untouchable].flatMap((pid) =>
    ["kill.process", "freeze", "kill.cgroup", "cpu.idle"].map((kind) => [kind, ref(pid), 1] as const),
  ),
  ...["/", aims.outside, `${aims.scope[0]}/../..${aims.outside}`, `${aims.scope[0]}//`, "/proc/1"].flatMap((group) =>
    ["freeze", "kill.cgroup", "cpu.weight", "net.deny"].map((kind) => [kind, `w:${group}`, 1] as const),
  ),
  ...[0, -1, 0.5, 10_001, 1e12].map((value) => ["cpu.weight", `w:${aims.scope[0]}`, value] as const),
  ["sysctl.vm.swappiness", "host", 0],
];

/** Milliseconds between two bursts, and proposals in one: 900 a second. */
const [EVERY_MS, BURST] = [20, 18];

if (life === 1) {
  channel.resume();
  setInterval(() => tell("alive", { seq: sent }), 300);
  setInterval(() => {
    for (let i = 0; i < BURST; i++) propose(...GRUDGES[sent % GRUDGES.length]!);
    tell("undo", { request: "u", action: "c-0001", by: "root, login 0" });
  }, EVERY_MS);
} else if (life === 2) {
  channel.resume();
  const [victim = 1] = aims.victims;
  const words = { agent: "a", leaseMs: 1000, reason: "", evidence: [] };
  const kill = { id: "k", kind: "kill.process", target: ref(victim), value: 1, ...words };
  const frame = encodeFrame(MESSAGE.propose, Buffer.from(JSON.stringify(kill)));
  channel.write(Buffer.concat(Array.from({ length: 20_000 }, () => frame)));
} else {
  // Nobody hostile any more.
  const reader = new FrameReader();
  channel.on("data", (chunk: Buffer) => void reader.push(chunk));
  setInterval(() => {
    tell("alive", { seq: sent });
    const [group] = aims.scope;
    const words = { agent: "honest", leaseMs: 5000, reason: "a service waits", evidence: [] };
    tell("propose", { id: `h${sent++}`, kind: "cpu.weight", target: `w:${group}`, value: 50, ...words });
  }, 200);
}
