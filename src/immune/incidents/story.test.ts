import assert from "node:assert/strict";
import { test } from "node:test";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "../scenes/context.fixture.ts";

/** An application that has learned `/usr/bin/date` and one endpoint. */
function learnedApp(path = "/opt/node/bin/node"): { host: FakeHost; app: ReturnType<FakeHost["fork"]> } {
  const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
  const app = host.existing(path, host.existing("/usr/lib/systemd/systemd"), "/app.slice");
  for (let i = 0; i < 40; i++) fetches(host, app, 8080);
  return { host, app };
}

function fetches(host: FakeHost, app: ReturnType<FakeHost["fork"]>, port: number): void {
  host.exit(host.spawn(app, "/usr/bin/date"));
  const curl = host.spawn(app, "/usr/bin/curl");
  host.connect(curl, "127.0.0.1", port);
  host.exit(curl);
  host.wait(500);
}

test("a dropper after an endpoint that was used 14 times: that is one fact, and the paragraph reads in one breath", () => {
  const { host, app } = learnedApp();
  for (let i = 0; i < 14; i++) fetches(host, app, 44_829);
  host.exit(host.spawn(app, "/usr/bin/chmod"));
  const payload = host.spawn(app, "/tmp/some-folder-123456-abcdef/drop/update", 800);
  host.connect(payload, "127.0.0.1", 4444);
  const [incident] = host.incidents;
  assert.equal(
    incident?.says,
    `update (${payload.pid}), started by node (${app.pid}), does not fit what this host has learned. ` +
      "First, curl connected to 127.0.0.1 port 44829 on this host, new in the last minutes (14 times). " +
      "After 7 s, node started /usr/bin/chmod, a first in 108 starts. " +
      "Then node started /tmp/…/drop/update, a first in 108 starts. " +
      "Then update was run a moment after it was written. " +
      "Then update connected to 127.0.0.1 port 4444 on this host, a first for any program in 40 connections. " +
      "Three independent kinds of evidence agree (destination, fresh-file, lineage), together 2.2.",
  );
  assert.equal(incident?.evidence.length, 5);
});

test("however much is found, the paragraph stays within 600 characters, keeps what the process did and says what is left out", () => {
  const { host, app } = learnedApp();
  for (let i = 0; i < 12; i++) host.exit(host.spawn(app, `/usr/bin/tool-${"abcdefghijkl"[i] ?? ""}`));
  const long = `/home/${"very-long-folder/".repeat(9)}${"n".repeat(60)}`;
  host.connect(host.spawn(app, long, 500), "2001:db8:1111:2222:3333:4444:5555:6666", 65_000);
  for (let i = 0; i < 30; i++) host.connect(host.spawn(app, long, 500), "2001:db8::1", 65_000);
  const [incident] = host.incidents;
  assert.ok((incident?.says.length ?? 0) <= 600, `${incident?.says.length}`);
  assert.match(incident?.says ?? "", /was run a moment after .* (?:\d+|One) more facts? (?:is|are) left out\. Three /);
  assert.equal(incident?.evidence.length, 15);
  assert.equal(host.proposals[0]?.evidence.length, 8);
});

test("a program is called by its file, not by what its latest thread calls itself; through a shell, both are named", () => {
  const { host, app } = learnedApp();
  const shell = host.spawn(app, "/bin/sh");
  host.spawn(shell, "/tmp/payload", 500);
  assert.match(
    host.incidents[0]?.says ?? "",
    new RegExp(`^payload \\(\\d+\\), started by node \\(${app.pid}\\) through sh \\(${shell.pid}\\), does`),
  );
});

test("a program that hands its process on to a shell is told as what it was, and what it is by now", () => {
  const { host, app } = learnedApp();
  const payload = host.spawn(app, "/tmp/drop/update", 800);
  host.connect(payload, "127.0.0.1", 4444);
  host.wait(20_000);
  host.exec(payload, "/usr/bin/dash");
  host.connect(payload, "203.0.113.9", 4445);
  const says = host.incidents.at(-1)?.says ?? "";
  assert.match(
    says,
    new RegExp(`^update \\(${payload.pid}\\), by now dash, started by node \\(${app.pid}\\), does not fit`),
  );
  assert.equal(host.incidents.at(-1)?.lineage[0]?.path, "/tmp/drop/update");
});
