import assert from "node:assert/strict";
import { test } from "node:test";
import { workloadKey, type ProcessRef } from "../../../core/entity.ts";
import { MINER } from "./miner.ts";
import { fullHost, type SceneHost } from "../../scenes/process-scenes.fixture.ts";

const GROUP = "/user.slice/session-3.scope";
const shellOf = (host: SceneHost): ProcessRef =>
  host.there("/bin/bash", host.there("/usr/sbin/sshd"), { cgroup: GROUP });

/** Readings of the group, one a second. */
function run(
  host: SceneHost,
  seconds: number,
  cores: (second: number) => number,
  each?: (second: number) => void,
): void {
  for (let second = 0; second < seconds; second++) {
    host.wait(1000);
    each?.(second);
    host.tick({ readings: [{ entity: workloadKey(GROUP), name: "cpu.cores", value: cores(second) }] });
  }
}

const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost) => void }>> = {
  "a miner of one core": {
    least: MINER.weight,
    play: (host) => {
      const miner = host.start(shellOf(host), "/tmp/x", { cgroup: GROUP });
      host.connect(miner, "203.0.113.9", 3333);
      run(host, 180, () => 1);
    },
  },
  "throttled, on port 443, called kdevtmpfsi, with noise of other work": {
    least: MINER.weight,
    play: (host) => {
      const shell = shellOf(host);
      const miner = host.start(host.fork(host.fork(shell)), "/home/u/kdevtmpfsi", { cgroup: GROUP });
      host.connect(miner, "203.0.113.9", 443);
      run(
        host,
        180,
        (second) => 0.5 + 0.1 * Math.sin(second),
        () => host.exit(host.start(shell, "/usr/bin/ls")),
      );
    },
  },
  "by an interpreter, that was asked to connect again": {
    least: MINER.weight,
    play: (host) => {
      const miner = host.start(shellOf(host), "/usr/bin/python3", { cgroup: GROUP, argv: ["python3", "m.py"] });
      for (let i = 0; i < 3; i++) host.connect(miner, "203.0.113.9", 3333);
      run(host, 180, () => 0.95);
    },
  },
  "for an hour": {
    least: 0.8,
    play: (host) => {
      host.connect(host.start(shellOf(host), "/proc/self/fd/4", { cgroup: GROUP, memfd: true }), "203.0.113.9", 3333);
      run(host, 900, () => 2);
    },
  },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`miner: ${name}`, () => {
    const host = fullHost();
    play(host);
    const most = Math.max(0, ...host.told("miner"));
    assert.ok(most >= least, `${most}`);
  });

const ORDINARY: Readonly<Record<string, (host: SceneHost) => void>> = {
  "a compiler": (host) => {
    const make = host.start(shellOf(host), "/usr/bin/make", { cgroup: GROUP });
    run(
      host,
      180,
      () => 2,
      () => host.exit(host.start(make, "/usr/bin/cc", { cgroup: GROUP })),
    );
  },
  "a video encoder that streams": (host) => {
    host.connect(host.start(shellOf(host), "/usr/bin/ffmpeg", { cgroup: GROUP }), "198.51.100.3", 1935);
    run(host, 180, () => 1.5);
  },
  "a simulation of one's own, without a connection": (host) => {
    host.start(shellOf(host), "/home/u/sim", { cgroup: GROUP });
    run(host, 180, () => 1);
  },
  "a crawler": (host) => {
    const crawler = host.start(shellOf(host), "/home/u/crawl", { cgroup: GROUP });
    run(
      host,
      180,
      () => 0.9,
      (second) => host.connect(crawler, `198.51.100.${second % 250}`, 443),
    );
  },
  "an analysis that fetches its data from many first": (host) => {
    const analysis = host.start(shellOf(host), "/home/u/fold", { cgroup: GROUP });
    for (let i = 0; i < 5; i++) host.connect(analysis, `198.51.100.${i}`, 443);
    run(host, 180, () => 1);
  },
  "an application under load that comes and goes": (host) => {
    host.connect(host.start(shellOf(host), "/srv/app/server", { cgroup: GROUP }), "10.0.0.5", 5432);
    run(host, 180, (second) => (second % 20 < 8 ? 1.5 : 0.1));
  },
  "a worker that starts programs": (host) => {
    const worker = host.start(shellOf(host), "/opt/agent/run", { cgroup: GROUP });
    host.connect(worker, "198.51.100.7", 443);
    run(
      host,
      180,
      () => 1,
      (second) => void (second === 30 && host.start(worker, "/usr/bin/gcc", { cgroup: GROUP })),
    );
  },
  "one that has been here for days": (host) => {
    host.exit(host.start(shellOf(host), "/opt/boinc/client", { cgroup: GROUP }));
    host.wait(2 * 86_400_000);
    host.connect(host.start(shellOf(host), "/opt/boinc/client", { cgroup: GROUP }), "198.51.100.7", 443);
    run(host, 180, () => 1);
  },
};

for (const [name, play] of Object.entries(ORDINARY))
  test(`no miner: ${name}`, () => {
    const host = fullHost();
    play(host);
    assert.deepEqual(host.told("miner"), []);
    assert.deepEqual(host.incidents, []);
  });
