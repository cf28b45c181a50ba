import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { PRIVILEGE, PrivilegeJumpAgent } from "./privilege-jump.ts";
import { fullHost, SceneHost } from "../../scenes/process-scenes.fixture.ts";

const ALL = 2 ** 41 - 1;
const SETUID = 2 ** 7;
const NEW_USER = 0x1000_0000;
const shellOf = (host: SceneHost): ProcessRef =>
  host.there("/bin/bash", host.there("/usr/sbin/sshd", undefined, { uid: 0 }));

const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost) => void }>> = {
  "a program that the kernel was made to run as root": {
    least: PRIVILEGE.fromNothing,
    play: (host) => {
      const exploit = host.start(shellOf(host), "/home/u/x");
      host.start(exploit, "/bin/sh", { uid: 0 });
    },
  },
  "the same behind a double fork and a day later": {
    least: PRIVILEGE.fromNothing,
    play: (host) => {
      const exploit = host.start(shellOf(host), "/usr/bin/python3", { argv: ["python3", "x.py"] });
      const child = host.fork(host.fork(exploit));
      host.wait(86_400_000);
      host.become(child, "/usr/bin/id", { uid: 0 });
    },
  },
  "root by setuid(0), after the exploit": {
    least: PRIVILEGE.fromNothing,
    play: (host) => {
      const exploit = host.start(shellOf(host), "/home/u/x");
      host.call(exploit, "setid", "setuid", { uid: 0 });
    },
  },
  "capabilities that nothing gave": {
    least: PRIVILEGE.widened,
    play: (host) =>
      host.call(host.start(shellOf(host), "/home/u/x"), "capset", "capset", { args: [0, 0, ALL, ALL, 0, 0] }),
  },
  "a setuid shell, renamed": {
    least: 0.9,
    play: (host) => void host.start(shellOf(host), "/var/tmp/bash2", { euid: 0 }),
  },
  "find, that is setuid, and sh -p": {
    least: 0.9,
    play: (host) => {
      const find = host.start(shellOf(host), "/usr/bin/find", { euid: 0 });
      host.start(find, "/bin/dash", { euid: 0, argv: ["sh", "-p"] });
    },
  },
  "a system file that was given the bit just now": {
    least: 0.6,
    play: (host) => void host.start(shellOf(host), "/usr/bin/less", { euid: 0, ageMs: 20_000 }),
  },
  "python with CAP_SETUID": {
    least: 0.7,
    play: (host) => void host.start(shellOf(host), "/usr/bin/python3.11", { caps: SETUID }),
  },
  "a file of one's own with CAP_SETUID": {
    least: 0.8,
    play: (host) => void host.start(shellOf(host), "/home/u/x", { caps: SETUID }),
  },
  "the same by a service": {
    least: PRIVILEGE.namespaceService,
    play: (host) => {
      const unshare = host.start(host.there("/usr/sbin/nginx", undefined, { uid: 33 }), "/usr/bin/unshare", {
        uid: 33,
      });
      host.call(unshare, "namespace", "unshare", { uid: 33, args: [NEW_USER + 0x2_0000, 0, 0, 0, 0, 0] });
      host.call(unshare, "mount", "mount", { uid: 33, path: "x", path2: "/srv" });
    },
  },
  "root of a namespace of its own, that mounts": {
    least: PRIVILEGE.namespaceRoot,
    play: (host) => {
      const unshare = host.start(shellOf(host), "/usr/bin/unshare");
      host.call(unshare, "namespace", "unshare", { args: [NEW_USER + 0x2_0000, 0, 0, 0, 0, 0] });
      host.become(unshare, "/bin/sh", { caps: ALL });
      host.call(host.start(unshare, "/bin/mount", { caps: ALL }), "mount", "mount", { path: "tmpfs", path2: "/mnt" });
    },
  },
  "a module by somebody who is not root": {
    least: 1,
    play: (host) => host.call(host.start(shellOf(host), "/home/u/x"), "module", "finit_module"),
  },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`privilege: ${name}`, () => {
    const host = fullHost();
    play(host);
    const most = Math.max(0, ...host.told("privilege"));
    assert.ok(most >= least, `${most}`);
  });

const ORDINARY: Readonly<Record<string, { most: number; play: (host: SceneHost) => void }>> = {
  "sudo and what it runs": {
    most: 0,
    play: (host) => {
      const sudo = host.start(shellOf(host), "/usr/bin/sudo", { euid: 0 });
      host.call(sudo, "setid", "setresuid", { uid: 0 });
      const child = host.start(sudo, "/usr/bin/apt", { uid: 0 });
      host.start(child, "/bin/sh", { uid: 0 });
      host.start(host.start(shellOf(host), "/usr/bin/su", { euid: 0 }), "/bin/bash", { uid: 0, argv: ["-bash"] });
    },
  },
  "a server that gives root up and takes it back for a moment": {
    most: 0,
    play: (host) => {
      const sshd = host.start(host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 }), "/usr/sbin/sshd", {
        uid: 0,
      });
      host.call(sshd, "setid", "setresuid", { uid: 1000 });
      host.call(sshd, "setid", "setresuid", { uid: 0 });
      host.start(host.fork(sshd), "/bin/bash", { uid: 1000 });
    },
  },
  "a container without root": {
    most: 0,
    play: (host) => {
      const podman = host.start(shellOf(host), "/usr/bin/podman");
      host.call(podman, "namespace", "unshare", { args: [NEW_USER, 0, 0, 0, 0, 0] });
      host.call(podman, "capset", "capset", { args: [0, 0, ALL, ALL, 0, 0] });
      host.start(podman, "/usr/bin/crun", { caps: ALL });
      host.call(podman, "mount", "mount", { path: "proc", path2: "/proc" });
    },
  },
  "a browser's sandbox in /opt": {
    most: 0.3,
    play: (host) => void host.start(shellOf(host), "/opt/x/chrome-sandbox", { euid: 0 }),
  },
  "an upgrade of sudo": {
    most: 0,
    play: (host) => {
      const shell = shellOf(host);
      host.start(host.there("/usr/bin/apt", undefined, { uid: 0 }), "/usr/bin/dpkg", { uid: 0 });
      host.start(shell, "/usr/bin/sudo", { euid: 0, ageMs: 3000 });
    },
  },
  "ping with its one capability": {
    most: 0,
    play: (host) => void host.start(shellOf(host), "/usr/bin/ping", { caps: 2 ** 13 }),
  },
  "a call that was refused": {
    most: 0,
    play: (host) => host.call(host.start(shellOf(host), "/home/u/x"), "module", "init_module", { result: -1 }),
  },
};

for (const [name, { most, play }] of Object.entries(ORDINARY))
  test(`no privilege jump: ${name}`, () => {
    const host = fullHost();
    play(host);
    assert.ok(Math.max(0, ...host.told("privilege")) <= most, String(host.told("privilege")));
    assert.ok(host.incidents.every(({ kinds }) => !kinds.includes("privilege")));
  });

test("at light depth no system call is asked for, and root from nothing is seen all the same", () => {
  const agent = new PrivilegeJumpAgent("light");
  assert.deepEqual(agent.wants, ["exec", "fork"]);
  const host = new SceneHost([agent]);
  host.start(host.start(shellOf(host), "/home/u/x"), "/usr/bin/id", { uid: 0 });
  assert.deepEqual(host.told("privilege"), [1]);
});
