import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { createImmuneColony } from "../../colony.ts";
import { FakeHost } from "../../scenes/context.fixture.ts";
import { depositDanger } from "../danger.ts";
import { processKey } from "../../../core/entity.ts";

const newHost = (): FakeHost => new FakeHost(createImmuneColony({ leaseMs: 60_000, depth: "full" }));

function accuse(host: FakeHost, process: ProcessRef, kind: string, weight: number): void {
  const entity = processKey(process);
  depositDanger(host.context(), { agent: kind, kind, entity, weight, says: `${kind} says so`, numbers: {} });
  host.settle();
}

function told(host: FakeHost, process: ProcessRef): boolean {
  return host.deposits.some(
    ({ evidence }) => evidence.kind === "remote-order" && evidence.entity === processKey(process),
  );
}

/** A server that has connections, with a child. */
function childOf(path: string, host: FakeHost, child: string): ProcessRef {
  const server = host.existing(path, host.existing("/usr/lib/systemd/systemd"));
  host.connect(server, "10.0.0.5", 5432);
  return host.existing(child, server);
}

test("a shell of a server with connections that changes a schedule is an incident", () => {
  const host = newHost();
  const shell = childOf("/opt/portal/portal", host, "/bin/sh");
  accuse(host, shell, "persistence", 0.7);
  assert.ok(told(host, shell));
  assert.equal(host.incidents.length, 1);
});

test("so is a command of that shell, and one that clears logs", () => {
  const host = newHost();
  const tee = host.existing("/usr/bin/tee", childOf("/opt/portal/portal", host, "/bin/sh"));
  accuse(host, tee, "log-clearing", 0.9);
  assert.ok(told(host, tee));
});

test("so is one that a rule says stops services or what watches, and not what rules say else", () => {
  for (const [technique, isTold] of [
    ["T1562.001", true],
    ["T1489", true],
    ["T1059.004", false],
    ["T15620", false],
  ] as const) {
    const host = newHost();
    const stop = host.existing("/usr/bin/systemctl", childOf("/opt/portal/portal", host, "/bin/sh"));
    const fact = { agent: "rules", kind: "rule", entity: processKey(stop), weight: 0.9, says: "", numbers: {} };
    depositDanger(host.context(), { ...fact, techniques: [technique] });
    host.settle();
    assert.equal(told(host, stop), isTold, technique);
  }
});

test("what counts less, for it is usual or a keeper's, is not told", () => {
  const host = newHost();
  const shell = childOf("/opt/portal/portal", host, "/bin/sh");
  accuse(host, shell, "persistence", 0.2);
  accuse(host, shell, "lineage", 0.9);
  assert.ok(!told(host, shell));
});

test("nor is a server that writes its own settings without a shell", () => {
  const host = newHost();
  const server = host.existing("/usr/bin/gitea", host.existing("/usr/lib/systemd/systemd"));
  host.connect(server, "10.0.0.5", 5432);
  accuse(host, server, "persistence", 0.8);
  assert.ok(!told(host, server));
});

test("nor a shell of a program that never spoke with the network", () => {
  const host = newHost();
  const cron = host.existing("/usr/sbin/cron", host.existing("/usr/lib/systemd/systemd"));
  const shell = host.existing("/bin/sh", cron);
  accuse(host, shell, "persistence", 0.9);
  assert.ok(!told(host, shell));
});

test("nor a person's session, which sshd's connection brought", () => {
  const host = newHost();
  const shell = childOf("/usr/sbin/sshd", host, "/bin/bash");
  accuse(host, shell, "persistence", 0.9);
  assert.ok(!told(host, shell));
});
