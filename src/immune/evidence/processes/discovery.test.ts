import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { DISCOVERY, DiscoveryAgent } from "./discovery.ts";
import { lookAroundOf } from "./look-around.ts";
import { fullHost, SceneHost } from "../../scenes/process-scenes.fixture.ts";

function web(host: SceneHost): ProcessRef {
  const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
  const app = host.there("/usr/bin/node", init, { cgroup: "/system.slice/web.service" });
  host.wait(2 * DISCOVERY.startingMs);
  for (let i = 0; i < 60; i++) host.exit(host.start(app, "/usr/bin/date"));
  return app;
}

/** As system(3) does: through a shell. */
function ask(host: SceneHost, by: ProcessRef, ...commands: readonly string[]): void {
  for (const command of commands) {
    const argv = command.split(" ");
    const sh = host.start(by, "/bin/sh", { argv: ["sh", "-c", command] });
    host.exit(host.start(sh, `/usr/bin/${argv[0]}`, { argv }));
    host.exit(sh);
    host.wait(500);
  }
}

const most = (host: SceneHost): number => Math.max(0, ...host.told("discovery"));

const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost, app: ProcessRef) => void }>> = {
  "a web shell, one command a request": {
    least: 0.85,
    play: (host, app) => ask(host, app, "id", "uname -a", "cat /etc/passwd", "ps aux", "ls -la /home"),
  },
  "id, ps and ls alone": { least: 0.5, play: (host, app) => ask(host, app, "id", "ps aux", "ls /") },
  "a question every two minutes, among ordinary work": {
    least: 0.65,
    play: (host, app) => {
      for (const command of ["whoami", "ss -tlnp", "ip addr"]) {
        for (let i = 0; i < 30; i++) host.exit(host.start(app, "/usr/bin/date"));
        ask(host, app, command);
        host.wait(120_000);
      }
    },
  },
  "by several workers of one server": {
    least: 0.65,
    play: (host, app) => {
      for (const command of ["id", "ps aux", "netstat -an"]) ask(host, host.start(app, "/usr/bin/node"), command);
    },
  },
  "in the first minute of a server": {
    least: 0.85,
    play: (host, app) => {
      const parent = host.start(app, "/usr/bin/node");
      host.become(parent, "/usr/bin/node", { cgroup: "/system.slice/fresh.service" });
      for (let i = 0; i < 60; i++) host.exit(host.start(parent, "/usr/bin/date"));
      ask(host, parent, "id", "ps aux", "cat /etc/passwd", "ss -t");
    },
  },
  "by busybox, whatever it is called by": {
    least: 0.65,
    play: (host, app) => {
      const sh = host.start(app, "/bin/busybox", { argv: ["sh"] });
      host.start(sh, "/bin/busybox", { argv: ["busybox", "ps"] });
      host.start(sh, "/bin/id", { exePath: "/usr/bin/busybox", argv: ["id"] });
      host.start(sh, "/bin/busybox", { argv: ["busybox", "ifconfig"] });
    },
  },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`discovery: ${name}`, () => {
    const host = fullHost();
    play(host, web(host));
    assert.ok(most(host) >= least, `${most(host)}`);
    host.tick();
    assert.ok(
      host.incidents.some(({ kinds }) => kinds.includes("discovery")),
      "with a first start it is an incident",
    );
  });

const ORDINARY: Readonly<Record<string, { most: number; play: (host: SceneHost, app: ProcessRef) => void }>> = {
  "one question many times": {
    most: 0,
    play: (host, app) => {
      for (let i = 0; i < 100; i++) ask(host, app, "ps aux", "pgrep worker");
    },
  },
  "what start scripts ask": {
    most: 0,
    play: (host, app) => ask(host, app, "id -u", "hostname", "uname -s", "ls /etc/conf.d"),
  },
  "reading what is no file of these": {
    most: 0,
    play: (host, app) => ask(host, app, "cat /srv/app/version", "grep -r x /srv", "id", "uname"),
  },
  "a container's entry point looks for where it is": {
    most: 0.5,
    play: (host) => {
      const shim = host.there("/usr/bin/containerd-shim-runc-v2", undefined, { uid: 0 });
      const entry = host.start(shim, "/bin/sh", { cgroup: "/docker/0123", argv: ["sh", "/entrypoint.sh"] });
      ask(host, entry, "id -u", "uname -m", "getent passwd app", "ip addr", "find /data");
    },
  },
  "a report that cron starts": {
    most: 0.3,
    play: (host) => {
      const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
      const cron = host.there("/usr/sbin/cron", init, { cgroup: "/system.slice/cron.service", uid: 0 });
      host.wait(2 * DISCOVERY.startingMs);
      const report = host.start(host.start(cron, "/bin/sh"), "/usr/bin/perl");
      ask(host, report, "uname -a", "who", "ps aux", "netstat -i", "ss -s", "last", "ls /var/log");
    },
  },
  "a script of a package": {
    most: 0.3,
    play: (host) => {
      const dpkg = host.there("/usr/bin/dpkg", host.there("/usr/bin/apt"), { uid: 0 });
      host.wait(2 * DISCOVERY.startingMs);
      ask(host, host.start(dpkg, "/bin/sh"), "id -u", "getent passwd x", "uname -r", "ps ax", "ip link", "find /etc");
    },
  },
  "whoever deploys by ssh": {
    most: 0.4,
    play: (host) => {
      const sshd = host.there("/usr/sbin/sshd", undefined, { uid: 0 });
      host.wait(2 * DISCOVERY.startingMs);
      const shell = host.start(sshd, "/bin/bash", { argv: ["bash", "-c", "..."] });
      ask(host, shell, "id", "uname -a", "cat /etc/os-release", "ip addr", "ps aux", "getent passwd", "ls /");
    },
  },
};

for (const [name, { most: limit, play }] of Object.entries(ORDINARY))
  test(`no discovery: ${name}`, () => {
    const host = fullHost();
    play(host, web(host));
    assert.ok(most(host) <= limit, `${most(host)}`);
    host.tick();
    assert.deepEqual(host.incidents, []);
  });

test("what a program asks every day in its place does not count, also over a restart; what is new there does", () => {
  const questions = ["ps aux", "ss -s", "id"];
  const agent = new DiscoveryAgent();
  const host = new SceneHost([agent]);
  const app = web(host);
  for (let day = 0; day < 5; day++) {
    ask(host, app, ...questions);
    host.wait(86_400_000);
  }
  assert.deepEqual(host.told("discovery").length, 3, "told on three days, then it is a habit");
  const later = new DiscoveryAgent();
  later.recall(JSON.parse(JSON.stringify(agent.remember())));
  const again = new SceneHost([later]);
  again.nowMs = host.nowMs;
  const server = web(again);
  ask(again, server, ...questions, "uname -a", "ip route");
  assert.deepEqual(again.told("discovery"), []);
  ask(again, server, "cat /etc/passwd");
  assert.deepEqual(again.told("discovery"), [0.5]);
});

test("which of many in one it is says the name it is called by", () => {
  const event = (path: string, argv: readonly string[]) => {
    const host = new SceneHost([]);
    const process = host.start(host.there("/bin/sh"), path, { argv });
    return { path, details: host.context().processes.get(`p:${process.pid}@${process.startTicks}`)?.details };
  };
  const sortOf = (path: string, ...argv: readonly string[]): string | undefined =>
    lookAroundOf({ path, ...pick(event(path, argv)) })?.sort;
  assert.equal(sortOf("/bin/busybox", "busybox", "ps"), "processes");
  assert.equal(sortOf("/bin/busybox", "whoami"), "identity");
  assert.equal(sortOf("/usr/bin/tail", "tail", "-n", "1", "/etc/passwd"), "accounts");
  assert.equal(sortOf("/usr/bin/tail", "tail", "/var/log/x"), undefined);
  assert.equal(sortOf("/srv/tool", "ps"), undefined);
});

function pick<T extends { details?: unknown }>({ details }: T): { details?: NonNullable<T["details"]> } {
  return details === undefined || details === null ? {} : { details };
}
