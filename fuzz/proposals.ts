import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ACTION_KINDS, type ActionKind, specOf } from "../src/core/action.ts";
import { FakeClock } from "../src/core/clock.ts";
import { configSchema } from "../src/core/config.ts";
import type { Random } from "../src/core/random.ts";
import { encodeFrame, FrameReader } from "../src/core/wire/frame.ts";
import { decodeFromHive } from "../src/core/wire/from-hive.ts";
import { MESSAGE } from "../src/core/wire/messages.ts";
import { FaultHost, type SeenWrite } from "../src/guard/fault-runs/kernel.fixture.ts";
import { Machine } from "../src/guard/fault-runs/machine.fixture.ts";
import { Guard } from "../src/guard/guard.ts";
import { nodeFiles } from "../src/guard/journal/files.ts";
import { openJournal } from "../src/guard/journal/journal.ts";
import { mutateTree } from "./mutate-tree.ts";
import type { Target } from "./target.ts";

const HOUR_MS = 3_600_000;
const MIB = 1 << 20;
const KILLS_PER_HOUR = 2;
const IN_SCOPE = ["/swarms/a", "/swarms/b"];
/** pid 1, the layer, its parent, sshd in scope, and a process out of scope. */
const UNTOUCHABLE = [1, 900, 899, 301, 401];
const FILE = { dev: 1, ino: 4_000_000_001 };
/** The knobs of a group that a number says it all of, with the bounds that ACTIONS gives their kind. */
const NUMBERS: Readonly<Record<string, ActionKind>> = { "cpu.weight": "cpu.weight", "cpu.idle": "cpu.idle" };

/**
 * A hive that was taken over asks for whatever its messages can say, a second apart. Throws where anything out of scope or
 * bounds is written, anybody protected is ended, more than the budget is, or the journal grows without end.
 */
export function proposalsTarget(): Target {
  const host = new FaultHost("v2", new Machine());
  for (const group of ["/swarms", ...IN_SCOPE, "/swarms/c", "/other"]) host.group(group);
  host.process(899, { ppid: 1 });
  host.process(900, { ppid: 899 });
  host.process(301, { cgroup: "/swarms/c", exe: "/usr/sbin/sshd" });
  host.process(401, { cgroup: "/other" });
  host.onWrite = checkWrite;
  const clock = new FakeClock();
  const killed: number[] = [];
  host.access.onKill = (pid) => {
    if (UNTOUCHABLE.includes(pid)) throw new Error(`process ${pid} was ended`);
    killed.push(clock.monoMs());
    if (killed.filter((atMs) => clock.monoMs() - atMs < HOUR_MS).length > KILLS_PER_HOUR)
      throw new Error(`more than ${KILLS_PER_HOUR} processes were ended in an hour`);
    host.leave(pid);
  };
  const folder = join(host.root, "journal");
  const guard = guardOn(host, clock, folder);
  let inputs = 0;
  return {
    seeds: PROPOSALS.map((proposal) => framed(proposal)),
    run: (input) => {
      // Who was ended is replaced, as a service manager would do.
      if (inputs++ % 500 === 0) for (const [at, group] of IN_SCOPE.entries()) populate(host, group, 100 * (at + 1));
      clock.advance(1000);
      guard.expire();
      const frames = new FrameReader().push(input);
      for (const frame of frames.ok ? frames.value.slice(0, 8) : []) {
        const message = decodeFromHive(frame);
        if (!message.ok) continue;
        if (message.value.name === "propose") guard.decide(message.value.body);
        if (message.value.name === "undo") guard.undo(message.value.body.action, message.value.body.by);
        if (message.value.name === "restore") guard.revertAll("restore", message.value.body.by);
      }
      if (inputs % 4096 === 0 && bytesIn(folder) > 16 * MIB) throw new Error("the journal grows without end");
    },
    mend: (input, random) => {
      const [how, proposal] = [random(), pick(random() < 0.2 ? KILLS : PROPOSALS, random)];
      if (how < 0.1) return input;
      if (how < 0.4) return framed(proposal);
      return framed(how < 0.6 ? { ...proposal, value: pick(ODD_NUMBERS, random) } : mutateTree(proposal, random));
    },
    close: () => host.remove(),
  };
}

const ODD_NUMBERS = [0, 1, -1, 0.5, 2, 10, 100, 10_001, 20_000, 2 ** 31, 1e12, -1e12];
const PROPOSALS = ACTION_KINDS.flatMap((kind) => [
  proposalOf(kind, kind.startsWith("sysctl.") ? "host" : `w:${IN_SCOPE[0]}`),
  ...[...UNTOUCHABLE, 101, 201].map((pid) => proposalOf(kind, `p:${pid}@${pid * 10}`)),
  ...["/", "/swarms", "/swarms/b", "/swarms/c", "/other", "/swarms/../other"].map((at) => proposalOf(kind, `w:${at}`)),
]);

/** Often, so that the hour's kills are used up again and again. */
const KILLS = [101, 102, 201, 202].map((pid) => proposalOf("kill.process", `p:${pid}@${pid * 10}`));

function proposalOf(kind: ActionKind, target: string): object {
  const { min, max } = specOf(kind);
  const says = "it was seen to do what it never did";
  const evidence = [{ atMs: 1, agent: "quorum", kind: "rule", entity: "p:1@10", weight: 9, says, numbers: { n: 1 } }];
  const value = Math.min(max, Math.max(min, 10));
  const words = { id: "q", agent: "quorum", reason: "r".repeat(100), incident: "i-1" };
  return { ...words, kind, target, value, leaseMs: 60_000, evidence, file: FILE };
}

function guardOn(host: FaultHost, clock: FakeClock, folder: string): Guard {
  const modes = ACTION_KINDS.map((kind) => [kind, { mode: "enforce" }]);
  const config = configSchema.parse({
    mode: "enforce",
    scope: ["/swarms"],
    protect: { cgroups: [], executables: ["/usr/sbin/sshd"] },
    actions: Object.fromEntries(modes),
    budget: { containmentsPerHour: 40, shareOfScope: 1, killsPerHour: KILLS_PER_HOUR, killShareOfScope: 1 },
  });
  const limits = { segmentBytes: MIB, totalBytes: 4 * MIB, maxAgeMs: Infinity };
  const files = { ...nodeFiles, fsync: () => {} };
  const { procRoot } = host;
  const journal = openJournal(folder, { clock, procRoot, files, limits });
  if (!journal.ok) throw new Error(journal.says);
  const self = { pids: () => [{ pid: 900, startTicks: 9000 }] };
  return new Guard({ config, fs: host, procRoot, clock, journal: journal.value, self });
}

function checkWrite({ path, file, text }: SeenWrite): void {
  if (path !== "/" && !IN_SCOPE.includes(path)) throw new Error(`${file} of ${path} was written`);
  if (path === "/" && !file.startsWith("vm/") && !file.startsWith("net/")) throw new Error(`${file} of / was written`);
  const kind = NUMBERS[file];
  if (kind === undefined) return;
  const value = Number(text);
  const { min, max } = specOf(kind);
  if (!(value >= min && value <= max)) throw new Error(`${text} was written to ${file}`);
}

function populate(host: FaultHost, group: string, first: number): void {
  for (const pid of [first + 1, first + 2]) host.process(pid, { cgroup: group });
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function framed(body: unknown): Uint8Array {
  return encodeFrame(MESSAGE.propose, Buffer.from(JSON.stringify(body) ?? "null"));
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
