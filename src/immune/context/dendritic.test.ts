import assert from "node:assert/strict";
import { test } from "node:test";
import type { Agent } from "../../core/agent.ts";
import { HOST, processKey, type ProcessRef } from "../../core/entity.ts";
import type { ExecDetails, ExecEvent } from "../../core/event.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { ContextAgent } from "./dendritic.ts";
import { KNOWN } from "../programs/known-programs.ts";
import { contextFactor } from "./modulation.ts";
import { QuorumAgent } from "../quorum/quorum.ts";

const INIT = "/usr/lib/systemd/systemd";
const SEGV = 11;

interface Scene {
  readonly host: FakeHost;
  readonly init: ProcessRef;
}

function scene(agents: readonly Agent[] = [new ContextAgent()]): Scene {
  const host = new FakeHost(agents);
  return { host, init: host.existing(INIT) };
}

function factorOf({ host }: Scene, process: ProcessRef): number {
  return contextFactor(processKey(process), host.context());
}

function base(process: ProcessRef): Pick<ExecEvent, "atNs" | "process" | "comm" | "uid" | "cgroupId" | "cpuCgroupId"> {
  return { atNs: 0, process, comm: "x", uid: 1000, cgroupId: 1, cpuCgroupId: 1 };
}

function end({ host }: Scene, process: ProcessRef, status: number): void {
  host.event({ ...base(process), kind: "exit", status });
}

/** One start with what a person's session has: a terminal and a login. */
function typed({ host }: Scene, shell: ProcessRef, path: string, more: Partial<ExecEvent> = {}): ProcessRef {
  const child = host.fork(shell);
  host.exec(child, path);
  const sets = { effective: 0, permitted: 0, inheritable: 0 };
  const ids = { uid: 1000, euid: 1000, suid: 1000, gid: 1000, egid: 1000, loginUid: 1000 };
  const details: ExecDetails = {
    exePath: path,
    argv: [path],
    argvCut: false,
    cwd: "/home/a",
    tty: 34_816,
    sid: shell.pid,
    credentials: { ...ids, caps: sets },
    traits: { upperLayer: false, memfd: false, deleted: false },
    interpreter: "",
  };
  const file = { path, exe: { dev: 1, ino: 1 }, ctimeMs: 0, mtimeMs: 0 };
  host.event({ ...base(child), kind: "exec", parent: shell, ...file, details, ...more });
  return child;
}

function session({ host, init }: Scene): ProcessRef {
  return host.existing("/usr/bin/bash", host.existing("/usr/sbin/sshd", init));
}

test("nothing known, nothing changed", () => {
  const all = scene();
  const app = all.host.existing("/usr/bin/app", all.init);
  for (let at = 0; at < 50; at++) all.host.spawn(app, "/usr/bin/date");
  assert.equal(factorOf(all, app), 1);
});

test("a service whose children crash is in trouble, and so is all that belongs to it; the service beside it is not; it passes", () => {
  const all = scene();
  const app = all.host.existing("/usr/bin/app", all.init);
  const other = all.host.existing("/usr/bin/other", all.init);
  for (let at = 0; at < 8; at++) end(all, all.host.spawn(app, "/usr/bin/worker"), SEGV);
  const late = all.host.spawn(all.host.spawn(app, "/bin/sh"), "/usr/bin/id");
  assert.ok(factorOf(all, app) > 1.3 && factorOf(all, late) > 1.3, `${factorOf(all, app)}`);
  assert.equal(factorOf(all, other), 1);
  all.host.wait(600_000);
  assert.ok(factorOf(all, app) < 1.01);
});

test("one crash in a busy service, or one an hour, is no trouble", () => {
  const all = scene();
  const app = all.host.existing("/usr/bin/app", all.init);
  for (let hour = 0; hour < 24; hour++) {
    end(all, all.host.spawn(app, "/usr/bin/worker"), SEGV);
    for (let at = 0; at < 200; at++) end(all, all.host.spawn(app, "/usr/bin/date"), 0);
    assert.equal(factorOf(all, app), 1);
    all.host.wait(3_600_000);
  }
});

test("a container below a troubled runtime is a line of its own", () => {
  const all = scene();
  const shim = all.host.existing("/usr/bin/containerd-shim", all.init, "/system.slice/containerd.service");
  const pods = ["/pod-1", "/pod-2"].map((cgroup) => all.host.existing("/usr/bin/app", shim, cgroup));
  const [troubled, quiet] = pods as [ProcessRef, ProcessRef];
  for (let at = 0; at < 8; at++) end(all, all.host.spawn(troubled, "/usr/bin/worker"), SEGV);
  assert.ok(factorOf(all, troubled) > 1.3);
  assert.deepEqual([factorOf(all, quiet), factorOf(all, shim)], [1, 1]);
});

test("exits that say nothing: an ordinary failure, a person's Ctrl-C, a service that is told to stop", () => {
  const all = scene();
  const app = all.host.existing("/usr/bin/app", all.init);
  for (const status of [0, 1 << 8, 2, 15, 9, 13])
    for (let at = 0; at < 20; at++) end(all, all.host.spawn(app, "/usr/bin/worker"), status);
  assert.equal(factorOf(all, app), 1);
});

test("a session with a terminal and a login is tolerant; a shell of a web server, or one that only looks so, is not", () => {
  const all = scene();
  const shell = session(all);
  const web = all.host.existing("/usr/sbin/nginx", all.init);
  const fake = all.host.existing("/tmp/sshd", all.init);
  for (let at = 0; at < 30; at++) {
    typed(all, shell, "/usr/bin/ls");
    typed(all, web, "/usr/bin/ls");
    typed(all, fake, "/usr/bin/ls");
  }
  assert.ok(factorOf(all, shell) < 0.6, `${factorOf(all, shell)}`);
  const remote = session(all);
  for (let at = 0; at < 30; at++) all.host.spawn(remote, "/usr/bin/ls");
  assert.equal(factorOf(all, remote), 1, "below sshd, but without a terminal");
  assert.deepEqual([factorOf(all, web), factorOf(all, fake)], [1, 1]);
});

test("packages are safe below root's package manager of a system folder only", () => {
  const all = scene();
  const run = (path: string, uid: number): number => {
    const apt = all.host.existing(path, all.host.existing("/usr/bin/cloud-init", all.init));
    for (let at = 0; at < 30; at++) typed(all, apt, "/usr/bin/dpkg-deb", { uid, details: undefined as never });
    return factorOf(all, apt);
  };
  assert.ok(run("/usr/bin/apt-get", 0) < 0.6);
  assert.equal(run("/usr/bin/apt-get", 1000), 1);
  assert.equal(run("/tmp/apt-get", 0), 1);
});

test("a program is known after a day, over restarts; nonsense is passed over", () => {
  const first = new ContextAgent();
  const before = scene([first]);
  before.host.spawn(before.init, "/usr/bin/backup");
  const second = new ContextAgent();
  second.recall(JSON.parse(JSON.stringify(first.remember())));
  for (const nonsense of [null, 7, [null, 7, ["x"], ["x", "y"], [1, 2]]]) second.recall(nonsense);
  const after = scene([second]);
  after.host.wait(KNOWN.afterMs + 1);
  const app = after.host.existing("/usr/bin/app", after.init);
  for (let at = 0; at < 60; at++) after.host.spawn(app, "/usr/bin/backup");
  assert.ok(factorOf(after, app) < 0.7);
  for (let at = 0; at < 60; at++) after.host.spawn(after.init, "/usr/bin/new");
});

test("rules' words on a line are danger to it; pressure on the host alone is not enough", () => {
  const all = scene();
  const app = all.host.existing("/usr/bin/app", all.init);
  all.host.tick({ readings: [{ entity: HOST, name: "pressure.memory.some", value: 1 }] });
  for (let at = 0; at < 500; at++) all.host.spawn(app, "/usr/bin/date");
  assert.equal(factorOf(all, app), 1);
  for (let at = 0; at < 4; at++) accuse(all, app, "rule", 0.7 + at / 100);
  assert.ok(factorOf(all, app) > 1.2);
});

function accuse({ host }: Scene, process: ProcessRef, kind: string, weight: number): void {
  const entity = processKey(process);
  depositDanger(host.context(), { agent: kind, kind, entity, weight, says: `${kind} ${weight}`, numbers: {} });
  host.settle();
}

test("in a session two kinds of which one is weak are no incident; in a line in trouble less is one", () => {
  const incidents = (troubled: boolean): number => {
    const all = scene([new ContextAgent(), new QuorumAgent({ leaseMs: 1000 })]);
    const line = troubled ? all.host.existing("/usr/bin/app", all.init) : session(all);
    for (let at = 0; at < 20; at++)
      if (troubled) end(all, all.host.spawn(line, "/usr/bin/worker"), SEGV);
      else typed(all, line, "/usr/bin/make");
    const [strong, weak] = troubled ? [0.8, 0.5] : [1, 0.6];
    const child = all.host.spawn(line, "/usr/bin/tool");
    accuse(all, child, "lineage", strong);
    accuse(all, child, "fresh-file", weak);
    return all.host.incidents.length;
  };
  assert.deepEqual([incidents(true), incidents(false)], [1, 0]);
});

test("who makes every safe signal there is does not get under: a dropper from a session, below root's package manager, is frozen at once", () => {
  const all = scene(createImmuneColony({ leaseMs: 300_000, depth: "full" }));
  const app = all.host.existing("/opt/node/bin/node", all.init, "/app.slice");
  const shell = session(all);
  for (let at = 0; at < 60; at++) {
    all.host.connect(all.host.spawn(app, "/usr/bin/curl"), "127.0.0.1", 8080);
    typed(all, shell, "/usr/bin/ls");
    typed(all, all.host.existing("/usr/bin/apt-get", shell), "/usr/bin/dpkg", { uid: 0 });
  }
  assert.ok(factorOf(all, shell) < 0.6);
  const payload = all.host.spawn(shell, "/tmp/.x/payload", 500);
  accuse(all, payload, "rule", 0.8);
  assert.equal(all.host.incidents.length, 1);
  assert.deepEqual(
    all.host.proposals.map(({ kind }) => kind),
    ["freeze"],
  );
});

test("left out by name, evidence counts for what it is", () => {
  const host = new FakeHost(createImmuneColony({ leaseMs: 1000, off: ["context"] }));
  const app = host.existing("/usr/bin/app", host.existing(INIT));
  for (let at = 0; at < 20; at++) end({ host, init: app }, host.spawn(app, "/usr/bin/worker"), SEGV);
  assert.equal(contextFactor(processKey(app), host.context()), 1);
});
