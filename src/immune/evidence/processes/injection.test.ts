import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { InjectionAgent } from "./injection.ts";
import { fullHost, SceneHost } from "../../scenes/process-scenes.fixture.ts";

const ATTACH = 16;
const SEIZE = 0x4206;
const POKETEXT = 4;
const SETREGS = 13;
const TRACEME = 0;
const EPERM = -1;
const EIO = -5;
const ESRCH = -3;
const O_RDWR = 2;

function web(host: SceneHost): ProcessRef {
  const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
  const app = host.there("/usr/bin/node", init, { cgroup: "/system.slice/web.service" });
  for (let i = 0; i < 60; i++) host.exit(host.start(app, "/usr/bin/date"));
  return app;
}

function trace(host: SceneHost, by: ProcessRef, request: number, pid: number, result = 0): void {
  host.call(by, "ptrace", "ptrace", { args: [request, pid, 0, 0, 0, 0], result });
}

function openMemory(host: SceneHost, by: ProcessRef, pid: number): void {
  const path = `/proc/${pid}/mem`;
  const traits = { upperLayer: false, memfd: false, deleted: false };
  const fd = { number: 3, type: "file", path, file: { dev: 20, ino: pid }, mode: 0o100600, traits } as const;
  host.call(by, "open.write", "openat", { args: [0, 0, O_RDWR, 0, 0, 0], path, fd });
}

const most = (host: SceneHost): number => Math.max(0, ...host.told("injection"));

const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost, app: ProcessRef) => void }>> = {
  "python attaches to a sibling and writes where nothing is": {
    least: 0.7,
    play: (host, app) => {
      const sh = host.start(app, "/bin/sh");
      const victim = host.start(sh, "/usr/bin/sleep");
      const python = host.start(sh, "/usr/bin/python3.11");
      trace(host, python, ATTACH, victim.pid);
      trace(host, python, POKETEXT, victim.pid, EIO);
    },
  },
  "gdb attached to what ran before the layer did": {
    least: 0.7,
    play: (host, app) => {
      const victim = host.there("/usr/sbin/sshd");
      trace(host, host.start(host.start(app, "/bin/sh"), "/usr/bin/gdb"), SEIZE, victim.pid);
    },
  },
  "registers of a neighbour": {
    least: 0.9,
    play: (host, app) => trace(host, host.start(app, "/tmp/tool"), SETREGS, host.start(app, "/usr/bin/sleep").pid),
  },
  "process_vm_writev without any trace": {
    least: 0.9,
    play: (host, app) => {
      const victim = host.start(app, "/usr/bin/sleep");
      host.call(host.start(app, "/usr/bin/python3.11"), "vm.access", "process_vm_writev", {
        args: [victim.pid, 0, 1, 0, 1, 0],
        result: 8,
      });
    },
  },
  "the file of its memory": {
    least: 0.9,
    play: (host, app) => openMemory(host, host.start(app, "/usr/bin/dd"), host.start(app, "/usr/bin/sleep").pid),
  },
  "its own parent": { least: 0.7, play: (host, app) => trace(host, host.start(app, "/usr/bin/perl"), ATTACH, app.pid) },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`injection: ${name}`, () => {
    const host = fullHost();
    play(host, web(host));
    assert.ok(most(host) >= least, `${most(host)}`);
    host.tick();
    assert.ok(
      host.incidents.some(({ kinds }) => kinds.includes("injection")),
      "with a first start it is an incident",
    );
  });

test("in a container pids are others: a debugger's child is taken for a stranger, and an attempt counts less", () => {
  const host = fullHost();
  const container = { runtime: "docker", id: "0123" };
  const app = host.there("/usr/bin/node", undefined, { cgroup: "/docker/0123", container });
  trace(host, host.start(app, "/usr/bin/gdb", { container }), ATTACH, 7, EPERM);
  assert.deepEqual(host.told("injection"), [0.42]);
});

const ORDINARY: Readonly<Record<string, { most: number; play: (host: SceneHost, app: ProcessRef) => void }>> = {
  "a debugger and what it started, which traces itself": {
    most: 0,
    play: (host, app) => {
      const gdb = host.start(app, "/usr/bin/gdb");
      const child = host.start(gdb, "/srv/app/tests");
      trace(host, child, TRACEME, 0);
      trace(host, gdb, POKETEXT, child.pid);
      trace(host, gdb, SETREGS, child.pid);
      openMemory(host, gdb, child.pid);
      const grandchild = host.start(child, "/usr/bin/true");
      trace(host, gdb, SEIZE, grandchild.pid);
    },
  },
  "reading, its own memory, and processes that are gone": {
    most: 0,
    play: (host, app) => {
      host.call(app, "vm.access", "process_vm_readv", { args: [1, 0, 1, 0, 1, 0], result: 8 });
      openMemory(host, app, app.pid);
      trace(host, app, ATTACH, 4242, ESRCH);
      trace(host, app, POKETEXT, 4242, ESRCH);
    },
  },
  "an administrator who looks into a service": {
    most: 0.6,
    play: (host, app) => {
      const bash = host.there("/bin/bash", host.there("/usr/sbin/sshd"));
      trace(host, host.start(bash, "/usr/bin/gdb"), ATTACH, app.pid);
      trace(host, host.start(bash, "/usr/bin/strace"), SEIZE, app.pid);
    },
  },
};

for (const [name, { most: limit, play }] of Object.entries(ORDINARY))
  test(`no injection: ${name}`, () => {
    const host = fullHost();
    play(host, web(host));
    assert.ok(most(host) <= limit, `${most(host)}`);
    host.tick();
    assert.deepEqual(host.incidents, []);
  });

test("a pid that came to mean another is no child any more", () => {
  const host = new SceneHost([new InjectionAgent()]);
  const app = web(host);
  const gdb = host.start(app, "/usr/bin/gdb");
  const child = host.start(gdb, "/usr/bin/true");
  host.exit(child);
  trace(host, gdb, ATTACH, child.pid);
  assert.deepEqual(host.told("injection"), [0.7]);
});
