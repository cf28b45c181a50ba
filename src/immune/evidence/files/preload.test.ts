import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { PRELOAD, PreloadAgent } from "./preload.ts";
import { fullHost, SceneHost } from "../../scenes/process-scenes.fixture.ts";

const CACHE = "/etc/ld.so.cache";
const LIBC = "/usr/lib/x86_64-linux-gnu/libc.so.6";

function web(host: SceneHost): ProcessRef {
  const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
  const app = host.there("/usr/bin/node", init, { cgroup: "/system.slice/web.service" });
  for (let i = 0; i < 60; i++) host.exit(host.start(app, "/usr/bin/date"));
  return app;
}

function opens(host: SceneHost, by: ProcessRef, ...paths: readonly string[]): void {
  const traits = { upperLayer: false, memfd: false, deleted: false };
  for (const path of paths) {
    const fd = { number: 3, type: "file", path, file: { dev: 8, ino: path.length }, mode: 0o100644, traits } as const;
    host.call(by, "open.read", "openat", { args: [0, 0, 0, 0, 0, 0], path, fd });
  }
}

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "a library in /tmp": ["/tmp/libsys.so", CACHE, LIBC],
  "one of no library's name": ["/dev/shm/x", CACHE, LIBC],
  "behind one of the system's, and ld.so.preload": ["/etc/ld.so.preload", LIBC, "/var/tmp/a.so.2", CACHE],
  "whose cache was opened a moment ago, so that it is not told": ["/tmp/libsys.so", LIBC],
};

for (const [name, paths] of Object.entries(ATTACKS))
  test(`preload: ${name}`, () => {
    const host = fullHost();
    opens(host, host.start(host.start(web(host), "/bin/sh"), "/usr/bin/id"), ...paths);
    assert.deepEqual(host.told("preload"), [PRELOAD.shared]);
    host.tick();
    assert.ok(host.incidents.some(({ techniques }) => techniques?.includes("T1574.006")));
  });

const ORDINARY: Readonly<Record<string, { least: number; program: string; paths: readonly string[] }>> = {
  "what every program opens": { least: 0, program: "/usr/bin/cat", paths: [CACHE, LIBC, "/tmp/x", "/tmp/y.so"] },
  "a module that python loads later": {
    least: 0,
    program: "/usr/bin/python3.11",
    paths: [CACHE, LIBC, "/home/ann/venv/m.cpython-311.so"],
  },
  "a program without a linker": { least: 0, program: "/usr/bin/busybox", paths: ["/tmp/a", "/tmp/b", "/srv/c"] },
  "a program with libraries of its own": { least: 0, program: "/opt/app/bin/app", paths: ["/opt/app/lib/a.so", CACHE] },
  "a vendor's agent in everything": { least: 0.4, program: "/usr/bin/java", paths: ["/opt/agent/lib/hook.so", CACHE] },
};

for (const [name, { least, program, paths }] of Object.entries(ORDINARY))
  test(`no preload: ${name}`, () => {
    const host = new SceneHost([new PreloadAgent()]);
    opens(host, host.start(web(host), program), ...paths);
    assert.deepEqual(host.told("preload"), least === 0 ? [] : [least]);
  });

test("a build that puts a library in between, and a person who tries one, raise no incident", () => {
  const host = fullHost();
  const bash = host.there("/bin/bash", host.there("/usr/sbin/sshd"));
  opens(host, host.start(host.start(bash, "/usr/bin/make"), "/usr/bin/python3.11"), "/home/ann/build/shim.so", CACHE);
  opens(host, host.start(bash, "/usr/bin/python3.11"), "/tmp/shim.so", CACHE);
  host.tick();
  assert.deepEqual(host.told("preload"), [0.1, 0.48]);
  assert.deepEqual(host.incidents, []);
});
