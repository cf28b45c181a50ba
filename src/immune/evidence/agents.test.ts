import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey } from "../../core/entity.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { DestinationAgent } from "./network/destination.ts";
import { FreshFileAgent } from "./files/fresh-file.ts";
import { LineageAgent } from "./processes/lineage.ts";
import { ProvenanceAgent } from "../context/provenance.ts";

function weights(host: FakeHost): number[] {
  return host.deposits
    .filter(({ pheromone }) => pheromone === "danger")
    .map(({ evidence }) => Math.round(evidence.weight * 1000) / 1000);
}

test("fresh-file: full weight for half a minute, then falling, none after ten minutes", () => {
  const ages = [0, 30_000, 150_000, 270_000, 600_000, 600_001, 86_400_000, -59_000, -61_000];
  const found = ages.map((age) => {
    const host = new FakeHost([new FreshFileAgent()]);
    host.spawn(host.existing("/usr/bin/app"), "/tmp/x", age);
    return weights(host)[0] ?? 0;
  });
  assert.deepEqual(found, [1, 1, 0.5, 0.25, 0.037, 0, 0, 1, 0]);
});

test("fresh-file: a modification time set back hides nothing, for the change time stays", () => {
  const host = new FakeHost([new FreshFileAgent()]);
  const child = host.fork(host.existing("/usr/bin/app"));
  const old = host.wallMs - 1e10;
  const exec = {
    kind: "exec",
    atNs: 0,
    process: child,
    parent: child,
    comm: "x",
    uid: 0,
    cgroupId: 1,
    cpuCgroupId: 1,
  } as const;
  host.event({ ...exec, path: "/tmp/x", exe: { dev: 1, ino: 1 }, ctimeMs: host.wallMs - 1000, mtimeMs: old });
  host.event({ ...exec, path: "/tmp/x", exe: { dev: 1, ino: 1 }, ctimeMs: old, mtimeMs: 0 });
  assert.deepEqual(weights(host), [1]);
});

test("fresh-file: a builder above or beside lowers the weight, by less when it may be a fake, never to nothing", () => {
  const host = new FakeHost([new FreshFileAgent()]);
  const shell = host.existing("/usr/bin/bash");
  host.spawn(host.spawn(shell, "/usr/bin/make"), "/tmp/a", 10);
  host.spawn(shell, "/tmp/b", 10);
  host.spawn(host.spawn(host.existing("/usr/bin/bash"), "/tmp/make"), "/tmp/c", 10);
  host.wait(600_000);
  host.spawn(shell, "/tmp/d", 10);
  assert.deepEqual(weights(host), [0.25, 0.5, 0.6, 1]);
});

test("fresh-file: while packages are installed, files of system folders count less, others in full", () => {
  const host = new FakeHost([new FreshFileAgent()]);
  const init = host.existing("/usr/lib/systemd/systemd");
  host.spawn(host.existing("/usr/bin/apt"), "/usr/bin/dpkg");
  host.spawn(init, "/usr/sbin/newd", 1000);
  host.spawn(init, "/opt/newd", 1000);
  assert.deepEqual(weights(host), [0.25, 1]);
});

test("lineage: a steady parent's first is strange; a varied one's, a rare one's and a person's are not", () => {
  const run = (path: string, children: (i: number) => string, times: number): number => {
    const host = new FakeHost([new LineageAgent()]);
    const parent = host.existing(path, host.existing("/usr/sbin/sshd"));
    for (let i = 0; i < times; i++) host.spawn(parent, children(i));
    assert.deepEqual(weights(host), []);
    host.spawn(parent, "/usr/bin/never-before");
    return weights(host)[0] ?? 0;
  };
  const steady = (i: number): string => ["/usr/bin/date", "/usr/bin/curl"][i % 2] ?? "";
  const varied = (i: number): string => `/usr/bin/${String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26))}`;
  assert.equal(run("/usr/sbin/httpd", steady, 60), 1);
  assert.equal(run("/usr/sbin/httpd", varied, 60), 0);
  assert.equal(run("/usr/sbin/httpd", steady, 15), 0);
  assert.equal(run("/usr/bin/bash", steady, 60), 0.1);
});

test("lineage: a program that a package just brought counts less; an old one, or one elsewhere, does not", () => {
  const host = new FakeHost([new LineageAgent()]);
  const init = host.existing("/usr/lib/systemd/systemd");
  for (let i = 0; i < 60; i++) host.spawn(init, "/usr/sbin/cron");
  host.spawn(init, "/usr/sbin/before", 1000);
  host.spawn(host.existing("/usr/bin/apt"), "/usr/bin/dpkg");
  host.spawn(init, "/usr/sbin/newd", 1000);
  host.spawn(init, "/usr/bin/nc");
  host.spawn(init, "/opt/newd", 1000);
  host.wait(600_000);
  host.spawn(init, "/usr/sbin/later", 1000);
  assert.deepEqual(weights(host), [1, 0.25, 1, 1, 1]);
});

test("lineage: two services on one interpreter have habits of their own", () => {
  const host = new FakeHost([new LineageAgent()]);
  const init = host.existing("/usr/lib/systemd/systemd");
  const steady = host.existing("/usr/bin/node", init, "/steady.service");
  const varied = host.existing("/usr/bin/node", init, "/varied.service");
  for (let i = 0; i < 60; i++) {
    host.spawn(steady, "/usr/bin/date");
    host.spawn(varied, `/usr/bin/${String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26))}`);
  }
  host.spawn(steady, "/usr/bin/never-before");
  host.spawn(varied, "/usr/bin/never-before-either");
  assert.deepEqual(weights(host), [1]);
});

test("lineage: habits in a place known only by its inode are not remembered over restarts", () => {
  const lineage = new LineageAgent();
  const host = new FakeHost([lineage]);
  const init = host.existing("/usr/lib/systemd/systemd");
  for (const cgroup of ["", "/app.service"]) host.spawn(host.existing("/usr/bin/node", init, cgroup), "/usr/bin/date");
  const subjects = (lineage.remember() as [string][]).map(([subject]) => subject);
  assert.deepEqual(subjects.toSorted(), ["/app.service /bin/node", "/bin/node"]);
});

test("lineage: a process whose parent is unknown is passed over", () => {
  const host = new FakeHost([new LineageAgent()]);
  for (let i = 0; i < 60; i++) host.exec(host.existing(""), `/usr/bin/x`);
  assert.deepEqual(weights(host), []);
});

test("destination: a new port of a steady program is strange, on loopback less; of an unknown one, if new to the host", () => {
  const host = new FakeHost([new DestinationAgent()]);
  const app = host.existing("/usr/bin/app");
  for (let i = 0; i < 60; i++) host.connect(app, "10.0.0.1", 443);
  host.connect(app, "10.0.0.9", 443);
  host.connect(app, "10.0.0.1", 444);
  host.connect(app, "127.0.0.1", 443);
  host.connect(app, "93.184.216.34", 443);
  const fresh = host.existing("/tmp/x");
  host.connect(fresh, "10.0.0.1", 443);
  host.connect(fresh, "93.184.216.34", 4444);
  assert.deepEqual(weights(host), [0.8, 0.4, 1, 0.6]);
  assert.match(
    host.deposits.at(-1)?.evidence.says ?? "",
    /^x connected to 93\.184\.216\.34 port 4444 on the internet, a first for any program in \d+ connections$/,
  );
});

test("destination: a login to a neighbour counts as much as the internet, and is an incident with a first start of who does it", () => {
  const host = new FakeHost([new DestinationAgent()]);
  const app = host.existing("/usr/bin/app");
  for (let i = 0; i < 60; i++) host.connect(app, "10.0.0.1", 443);
  host.connect(app, "10.0.0.9", 22);
  host.connect(app, "10.0.0.9", 5432);
  assert.deepEqual(weights(host), [1, 0.8]);
  assert.deepEqual(host.deposits[0]?.evidence.techniques, ["T1021", "T1071"]);
  const whole = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
  const server = whole.existing("/usr/bin/node", whole.existing("/usr/lib/systemd/systemd"), "/web.service");
  for (let i = 0; i < 60; i++) {
    whole.connect(server, "10.0.0.1", 5432);
    whole.exit(whole.spawn(server, "/usr/bin/date"));
  }
  const ssh = whole.spawn(whole.fork(server), "/usr/bin/ssh");
  assert.equal(whole.incidents.length, 0);
  whole.connect(ssh, "10.0.0.5", 22);
  assert.deepEqual(
    whole.incidents.map(({ entity }) => entity),
    [processKey(ssh)],
  );
});

test("provenance: a child starts with a part of its parent's danger, of the same kinds, and less in each generation", () => {
  const host = new FakeHost([new ProvenanceAgent()]);
  const parent = host.existing("/tmp/x");
  host.deposit("danger", evidenceOn(processKey(parent), "lineage", 1));
  host.deposit("danger", evidenceOn(processKey(parent), "fresh-file", 0.05));
  host.settle();
  const child = host.fork(parent);
  const grandchild = host.fork(child);
  const { field } = host.context();
  assert.deepEqual([...field.bySource(processKey(child), "danger")], [["lineage", 0.6]]);
  assert.deepEqual([...field.bySource(processKey(grandchild), "danger")], [["lineage", 0.36]]);
  assert.equal(field.concentration(processKey(grandchild), "danger.slow"), 0);
});

test("provenance: later evidence on a parent reaches children and grandchildren once, and nobody after their end", () => {
  const host = new FakeHost([new ProvenanceAgent()]);
  const parent = host.existing("/tmp/x");
  const gone = host.fork(parent);
  const child = host.fork(parent);
  const grandchild = host.fork(child);
  host.exit(gone);
  const fact = evidenceOn(processKey(parent), "destination", 1);
  for (const pheromone of ["danger", "danger.slow"] as const) host.deposit(pheromone, fact);
  host.settle();
  const { field } = host.context();
  for (const pheromone of ["danger", "danger.slow"] as const) {
    assert.equal(field.concentration(processKey(child), pheromone), 0.6);
    assert.equal(field.concentration(processKey(grandchild), pheromone), 0.36);
    assert.equal(field.concentration(processKey(gone), pheromone), 0);
  }
  host.settle();
  assert.equal(host.fork(parent).pid > 0, true);
  assert.equal(field.concentration(processKey(child), "danger"), 0.6);
});

test("provenance: a program that starts itself over and over passes on no more than one strong fact", () => {
  const host = new FakeHost([new ProvenanceAgent()]);
  let process = host.existing("/tmp/x");
  for (let i = 0; i < 6; i++) {
    host.deposit("danger", evidenceOn(processKey(process), "fresh-file", 1));
    host.settle();
    process = host.fork(process);
  }
  assert.equal(host.context().field.concentration(processKey(process), "danger"), 0.6);
});

function evidenceOn(entity: string, kind: string, weight: number) {
  return { atMs: 0, agent: "test", kind, entity, weight, says: "a fact", numbers: {} };
}
