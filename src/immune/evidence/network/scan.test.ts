import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { HABITUAL } from "../../novelty/habitual.ts";
import { fullHost, SceneHost } from "../../scenes/process-scenes.fixture.ts";
import { ScanAgent } from "./scan.ts";

const REFUSED = -111;
const IN_PROGRESS = -115;
const UNREACHABLE_NETWORK = -101;

function web(host: SceneHost): ProcessRef {
  const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
  const app = host.there("/usr/bin/node", init, { cgroup: "/system.slice/web.service" });
  for (let i = 0; i < 60; i++) {
    host.exit(host.start(app, "/usr/bin/date"));
    host.connect(app, "10.0.0.5", 5432);
  }
  return app;
}

/** As both hooks tell it: that it was asked for, and how it ended. */
function knock(host: SceneHost, by: ProcessRef, address: string, port: number, result = REFUSED): void {
  host.connect(by, address, port);
  const socket = { family: "ipv4", type: 1, protocol: 6, path: "" } as const;
  const traits = { upperLayer: false, memfd: false, deleted: false };
  const fd = { number: 3, type: "socket", path: "", file: { dev: 8, ino: 5 }, mode: 0o140777, traits, socket } as const;
  host.call(by, "connected", "connect", { result, address: { address, port }, fd });
}

/** The heaviest line of processes' sum of what the agent itself says: grades add up. */
function most(host: SceneHost): number {
  const sums = new Map<string, number>([["", 0]]);
  for (const { pheromone, evidence } of host.deposits) {
    if (pheromone !== "danger" || evidence.agent !== "scan") continue;
    sums.set(evidence.entity, (sums.get(evidence.entity) ?? 0) + evidence.weight);
  }
  return Math.round(Math.max(...sums.values()) * 100) / 100;
}

/** Each is a search; all of it is told with at least this weight. */
const ATTACKS: Readonly<Record<string, { least: number; play: (host: SceneHost, app: ProcessRef) => void }>> = {
  "python asks a neighbourhood and does not wait": {
    least: 0.8,
    play: (host, app) => {
      const python = host.start(host.start(app, "/bin/sh"), "/usr/bin/python3.11");
      for (let at = 1; at <= 10; at++)
        for (let port = 1; port <= 48; port++) knock(host, python, `10.20.0.${at}`, port * 17, IN_PROGRESS);
    },
  },
  "a shell's loop, a process for each port, slowly": {
    least: 0.8,
    play: (host, app) => {
      const bash = host.start(app, "/bin/bash");
      for (let port = 1; port <= 40; port++) {
        host.wait(10_000);
        const hand = host.fork(bash);
        knock(host, hand, "10.20.0.9", port);
        host.exit(hand);
      }
    },
  },
  "one after the other refused, on ports that kernels hand out": {
    least: 0.8,
    play: (host, app) => {
      const tool = host.start(app, "/var/tmp/tool");
      for (let at = 1; at <= 12; at++) knock(host, tool, `10.20.0.${at}`, 40_000);
    },
  },
  "ssh sought in a network, by the server itself": {
    least: 0.5,
    play: (host, app) => {
      for (let at = 1; at <= 120; at++) knock(host, app, `10.20.0.${at}`, 22, IN_PROGRESS);
    },
  },
};

for (const [name, { least, play }] of Object.entries(ATTACKS))
  test(`scan: ${name}`, () => {
    const host = fullHost();
    play(host, web(host));
    assert.ok(most(host) >= least, `${most(host)}`);
    const evidence = host.deposits.find((each) => each.evidence.kind === "scan")?.evidence;
    assert.ok(evidence?.techniques?.includes("T1046"));
    assert.ok(host.deposits.filter((each) => each.evidence.agent === "scan").length < 20, "said a few times");
  });

test("a scan by a program that a server never started is an incident of T1046", () => {
  const host = fullHost();
  const app = web(host);
  const python = host.start(host.start(app, "/bin/sh"), "/usr/bin/python3.11");
  for (let port = 1; port <= 48; port++) knock(host, python, "10.20.0.9", port * 17, IN_PROGRESS);
  host.tick();
  assert.ok(host.incidents.some(({ techniques }) => techniques?.includes("T1046")));
});

/** All ask a lot, and none is told with more than `most`. */
const ORDINARY: Readonly<Record<string, { most: number; play: (host: SceneHost, app: ProcessRef) => void }>> = {
  "a crawler on the web": {
    most: 0,
    play: (host, app) => {
      for (let at = 0; at < 500; at++) knock(host, app, `198.51.${at >> 8}.${at & 255}`, 443, at % 9 ? 0 : REFUSED);
    },
  },
  "a client of one host with the ports of passive FTP": {
    most: 0,
    play: (host, app) => {
      for (let port = 50_000; port < 50_100; port++) knock(host, app, "198.51.100.5", port, 0);
    },
  },
  "a service without a network, which tries again and again": {
    most: 0,
    play: (host, app) => {
      for (let round = 0; round < 50; round++)
        for (let at = 1; at <= 20; at++) knock(host, app, `10.0.1.${at}`, 9042, UNREACHABLE_NETWORK);
    },
  },
  "a cluster's client whose six nodes are all down": {
    most: 0,
    play: (host, app) => {
      for (let round = 0; round < 50; round++) for (let at = 1; at <= 6; at++) knock(host, app, `10.0.1.${at}`, 9042);
    },
  },
  "monitoring that asks two hundred hosts for their metrics": {
    most: 0.3,
    play: (host) => {
      const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
      const monitor = host.there("/usr/bin/prometheus", init, { cgroup: "/system.slice/prometheus.service" });
      for (let round = 0; round < 20; round++) {
        for (let at = 1; at <= 200; at++) knock(host, monitor, `10.0.2.${at}`, 9100, 0);
        host.wait(15_000);
      }
    },
  },
  "an administrator with nmap at a session": {
    most: 0.4,
    play: (host) => {
      const bash = host.there("/bin/bash", host.there("/usr/sbin/sshd"));
      const nmap = host.start(bash, "/usr/bin/nmap");
      for (let port = 1; port <= 200; port++) knock(host, nmap, "10.0.0.1", port);
    },
  },
};

for (const [name, { most: limit, play }] of Object.entries(ORDINARY))
  test(`no scan: ${name}`, () => {
    const host = fullHost();
    play(host, web(host));
    host.tick();
    assert.ok(most(host) <= limit, `${most(host)}`);
    assert.deepEqual(host.incidents, []);
  });

test("datagrams say nothing, and what is scanned every day by the same service is its habit", () => {
  const host = new SceneHost([new ScanAgent("full")]);
  const init = host.there("/usr/lib/systemd/systemd", undefined, { uid: 0 });
  const audit = host.there("/opt/audit/scanner", init, { cgroup: "/system.slice/audit.service" });
  const datagram = {
    kind: "connect",
    family: "ipv4",
    protocol: 17,
    comm: "",
    uid: 0,
    cgroupId: 1,
    cpuCgroupId: 1,
  } as const;
  for (let port = 1; port < 99; port++)
    host.event({ ...datagram, atNs: 0, process: audit, to: { address: "10.0.0.1", port } });
  assert.deepEqual(host.told("scan"), []);
  for (let day = 0; day <= 4; day++) {
    const run = host.start(audit, "/opt/audit/scanner");
    for (let port = 1; port <= 15; port++) knock(host, run, "10.0.0.1", port, 0);
    host.wait(86_400_000);
  }
  assert.equal(host.told("scan")[0], 0.5);
  assert.equal(host.told("scan").at(-1), 0.5 * HABITUAL.factor);
});
