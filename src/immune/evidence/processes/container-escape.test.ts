import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { ContainerEscapeAgent } from "./container-escape.ts";
import { fullHost, SceneHost } from "../../scenes/process-scenes.fixture.ts";

const ID = "b".repeat(64);
const INSIDE = { container: { runtime: "docker", id: ID }, cgroup: `/system.slice/docker-${ID}.scope`, uid: 0 };

function contained(host: SceneHost, path = "/bin/sh"): ProcessRef {
  const shim = host.there("/usr/bin/containerd-shim-runc-v2", undefined, {
    uid: 0,
    cgroup: "/system.slice/containerd.service",
  });
  return host.start(host.start(shim, "/usr/bin/runc", { uid: 0 }), path, INSIDE);
}

const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost) => void }>> = {
  "release_agent, step by step and slowly": {
    least: 1,
    play: (host) => {
      const sh = contained(host);
      host.call(sh, "namespace", "unshare", { args: [0x1002_0000, 0, 0, 0, 0, 0] });
      host.wait(300_000);
      host.call(host.start(sh, "/bin/mount"), "mount", "mount", { path: "cgroup", path2: "/tmp/cgrp" });
      host.wait(300_000);
      host.call(sh, "open.write", "openat", { result: 3, path: "/tmp/cgrp/release_agent" });
    },
  },
  "core_pattern by python": {
    least: 0.9,
    play: (host) =>
      host.call(contained(host, "/usr/bin/python3"), "open.write", "openat", {
        result: 3,
        path: "/proc/sys/kernel/core_pattern",
      }),
  },
  "the host's disk": {
    least: 0.7,
    play: (host) => host.call(contained(host), "mount", "mount", { path: "/dev/sda1", path2: "/mnt" }),
  },
  "the runtime's socket, by a renamed client": {
    least: 0.7,
    play: (host) =>
      host.call(host.start(contained(host), "/tmp/x"), "connected", "connect", {
        address: { address: "/run/docker.sock", port: 0 },
      }),
  },
  "files by handle": {
    least: 0.8,
    play: (host) => host.call(contained(host), "open.read", "open_by_handle_at", { result: 4 }),
  },
  "a module": { least: 0.9, play: (host) => host.call(contained(host), "module", "finit_module") },
  "nsenter, among ordinary work": {
    least: 0.6,
    play: (host) => {
      const sh = contained(host);
      for (let i = 0; i < 20; i++)
        host.call(host.start(sh, "/bin/cat"), "open.read", "openat", { result: 3, path: "/etc/hosts" });
      host.call(host.fork(host.fork(sh)), "namespace", "setns", { args: [3, 0, 0, 0, 0, 0] });
    },
  },
  "a child in a group of the host": {
    least: 0.8,
    play: (host) => {
      const child = host.fork(contained(host));
      host.become(child, "/bin/bash", { container: undefined, cgroup: "/user.slice", uid: 0 });
    },
  },
  "disks and the runtime's socket, none of which are there": {
    least: 0.5,
    play: (host) => {
      const python = contained(host, "/usr/bin/python3");
      host.call(python, "open.failed", "openat", { result: -1, path: "/dev/vda" });
      host.call(python, "open.failed", "openat", { result: -2, path: "/dev/sda" });
      host.call(python, "connected", "connect", { result: -2, address: { address: "/run/docker.sock", port: 0 } });
    },
  },
  "namespaces of the first process, refused": {
    least: 0.35,
    play: (host) =>
      host.call(host.start(contained(host), "/usr/bin/nsenter"), "open.failed", "openat", {
        result: -13,
        path: "/proc/1/ns/mnt",
      }),
  },
  "small steps that add up": {
    least: 0.5,
    play: (host) => {
      const sh = contained(host);
      host.call(sh, "bpf", "bpf", { result: -1 });
      host.call(sh, "mount", "mount", { result: -1, path: "none", path2: "/x" });
      host.call(sh, "ptrace", "ptrace", { args: [16, 77, 0, 0, 0, 0] });
      host.call(sh, "open.read", "openat", { result: 5, path: "/proc/1/root/etc/shadow" });
    },
  },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`container escape: ${name}`, () => {
    const host = fullHost();
    play(host);
    const most = Math.max(0, ...host.told("container-escape"));
    assert.ok(most >= least, `${most}`);
  });

const ORDINARY: Readonly<Record<string, { most: number; play: (host: SceneHost) => void }>> = {
  "a web server": {
    most: 0,
    play: (host) => {
      const nginx = contained(host, "/usr/sbin/nginx");
      host.call(nginx, "open.read", "openat", { result: 3, path: "/proc/self/status" });
      host.call(nginx, "open.failed", "openat", { result: -2, path: "/proc/sys/kernel/core_pattern" });
      host.call(nginx, "open.failed", "openat", { result: -2, path: "/proc/77/cwd" });
      host.call(nginx, "connected", "connect", { result: -2, address: { address: "/run/nscd/socket", port: 0 } });
      host.call(nginx, "connected", "connect", { address: { address: "/run/postgresql/.s.PGSQL.5432", port: 0 } });
    },
  },
  "the runtime, which goes in": {
    most: 0,
    play: (host) => {
      const shim = host.there("/usr/bin/containerd-shim-runc-v2", undefined, { uid: 0 });
      const runc = host.start(shim, "/usr/bin/runc", INSIDE);
      host.call(runc, "namespace", "setns", { args: [3, 0, 0, 0, 0, 0] });
      host.call(runc, "mount", "mount", { path: "overlay", path2: "/" });
    },
  },
  "the same on the host, where it is administration": {
    most: 0,
    play: (host) => {
      const shell = host.there("/bin/bash", host.there("/usr/sbin/sshd"), { uid: 0 });
      host.call(shell, "open.write", "openat", { result: 3, path: "/proc/sys/kernel/core_pattern" });
      host.call(shell, "mount", "mount", { path: "/dev/sdb1", path2: "/mnt" });
    },
  },
  "a debugger in a container": {
    most: 0.25,
    play: (host) => host.call(contained(host, "/usr/bin/gdb"), "ptrace", "ptrace", { args: [16, 77, 0, 0, 0, 0] }),
  },
};

for (const [name, { most, play }] of Object.entries(ORDINARY))
  test(`no container escape: ${name}`, () => {
    const host = fullHost();
    play(host);
    assert.ok(Math.max(0, ...host.told("container-escape")) <= most, String(host.told("container-escape")));
    assert.ok(host.incidents.every(({ kinds }) => !kinds.includes("container-escape")));
  });

test("a network agent that loads eBPF in its container every day becomes a habit", () => {
  const host = new SceneHost([new ContainerEscapeAgent("full")]);
  for (let hour = 0; hour < 30; hour++) {
    host.call(contained(host, "/usr/bin/cilium-agent"), "bpf", "bpf", { result: 5 });
    host.wait(3_600_000);
  }
  assert.equal(host.told("container-escape")[0], 0.5);
  assert.equal(host.told("container-escape").at(-1), 0.1);
});
