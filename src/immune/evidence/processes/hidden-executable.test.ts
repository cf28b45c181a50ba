import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { processKey } from "../../../core/entity.ts";
import { fullHost, type Scene, type SceneHost } from "../../scenes/process-scenes.fixture.ts";

const CONTAINER = { runtime: "docker", id: "a".repeat(64) };
const app = (host: SceneHost): ProcessRef => host.there("/usr/bin/node", host.there("/usr/lib/systemd/systemd"));

/** Path, what more is known, and the least weight. */
const ATTACKS: Readonly<Record<string, readonly [path: string, scene: Scene, least: number]>> = {
  "a program in memory": ["/proc/self/fd/5", { exePath: "/memfd:a", memfd: true, deleted: true }, 0.8],
  "a program in memory that calls itself runc": [
    "/proc/self/fd/5",
    { exePath: "/memfd:runc_cloned:/proc/self/exe", memfd: true },
    0.8,
  ],
  "a file without a name": ["/proc/self/fd/5", { exePath: "/tmp/x", deleted: true }, 0.6],
  "in shared memory": ["/dev/shm/x", {}, 0.5],
  "in a hidden folder": ["/var/tmp/.cache/x", {}, 0.45],
  "three dots": ["/tmp/...", {}, 0.8],
  "a blank": ["/home/u/ ", {}, 0.8],
  "as a kernel thread, by exec -a": ["/usr/bin/perl", { argv: ["[kworker/0:1]"] }, 0.9],
  "a file called so": ["/tmp/[kthreadd]", {}, 0.9],
  "as sshd, by its arguments": ["/tmp/x", { argv: ["/usr/sbin/sshd", "-D"] }, 0.6],
  "as sshd, by its name": ["/var/tmp/sshd", {}, 0.6],
  "brought into a container": ["/usr/bin/helper", { upperLayer: true, container: CONTAINER }, 0.35],
};

for (const [name, [path, scene, least]] of Object.entries(ATTACKS))
  test(`hidden: ${name}`, () => {
    const host = fullHost();
    host.start(app(host), path, scene);
    const most = Math.max(0, ...host.told("hidden"));
    assert.ok(most >= least, `${most}`);
  });

test("hidden: a process that calls itself a kernel thread later, behind a double fork", () => {
  const host = fullHost();
  const process = host.fork(host.fork(host.start(app(host), "/opt/x")));
  const base = { atNs: 0, process, comm: "x", uid: 0, cgroupId: 1, cpuCgroupId: 1 };
  host.event({ ...base, kind: "name", name: "worker-3" });
  assert.deepEqual(host.told("hidden"), []);
  host.event({ ...base, kind: "name", name: "kworker/u8:2" });
  assert.deepEqual(host.told("hidden"), [0.9]);
  assert.equal(host.deposits[0]?.evidence.entity, processKey(process));
});

const ORDINARY: Readonly<Record<string, readonly [above: string, path: string, scene: Scene, most: number]>> = {
  "runc in memory": [
    "/usr/bin/containerd-shim-runc-v2",
    "/proc/self/fd/6",
    { exePath: "/memfd:runc_cloned", memfd: true },
    0.1,
  ],
  "a login shell": ["/usr/sbin/sshd", "/bin/bash", { argv: ["-bash"] }, 0],
  "an alternative": ["/bin/bash", "/usr/bin/vi", { exePath: "/usr/bin/vim.basic", argv: ["vi"] }, 0],
  "an applet": ["/bin/busybox", "/bin/ls", { exePath: "/bin/busybox", argv: ["ls"] }, 0],
  "a compiler's test in a hidden temporary folder": ["/usr/bin/cargo", "/tmp/.tmpA1/test", {}, 0.15],
  "a tool of one's own": ["/bin/bash", "/home/u/.local/bin/tool", {}, 0],
  "an image's own program": ["/usr/bin/containerd-shim-runc-v2", "/usr/bin/nginx", { container: CONTAINER }, 0],
  "test, as [": ["/bin/bash", "/usr/bin/[", { argv: ["["] }, 0],
  "a host whose root is an overlay": ["/bin/bash", "/usr/bin/new", { upperLayer: true }, 0],
};

for (const [name, [above, path, scene, most]] of Object.entries(ORDINARY))
  test(`not hidden: ${name}`, () => {
    const host = fullHost();
    host.start(host.there(above), path, scene);
    assert.ok(Math.max(0, ...host.told("hidden")) <= most, String(host.told("hidden")));
    assert.deepEqual(host.incidents, []);
  });

test("an application that runs from a hidden folder every day becomes a habit, a lie about kernel threads stays one of weight", () => {
  const host = fullHost();
  for (let day = 0; day < 4; day++) {
    host.exit(host.start(host.there("/bin/bash"), "/tmp/.mount_Editor/AppRun"));
    host.wait(86_400_000);
  }
  const [first, ...later] = host.told("hidden");
  assert.equal(first, 0.45);
  assert.equal(later.at(-1), 0.09);
});
