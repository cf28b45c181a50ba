import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { offspringMean } from "./clone-family.ts";
import { CROWD, CrowdSizes } from "./crowd-sizes.ts";
import { FORK_BOMB } from "./fork-bomb.ts";
import { fullHost, type SceneHost } from "../../scenes/process-scenes.fixture.ts";

const shellOf = (host: SceneHost): ProcessRef => host.there("/bin/bash", host.there("/usr/sbin/sshd"));

/** Until so many live: the next of the living, in turn, makes a child by `breed`. */
function grow(
  host: SceneHost,
  root: ProcessRef,
  until: number,
  breed: (parent: ProcessRef) => ProcessRef,
  waitMs = 1,
): ProcessRef[] {
  const living = [root];
  for (let at = 0; living.length < until; at++) {
    host.wait(waitMs);
    const parent = living[(at * 7) % living.length];
    assert.ok(parent !== undefined);
    living.push(breed(parent));
  }
  return living;
}

const ATTACKS: Readonly<Record<string, (host: SceneHost) => void>> = {
  "copies that copy themselves": (host) => grow(host, shellOf(host), 200, (parent) => host.fork(parent)),
  "slowly, one in five seconds": (host) => grow(host, shellOf(host), 100, (parent) => host.fork(parent), 5000),
  "a script that runs itself": (host) => {
    const script = host.start(shellOf(host), "/bin/dash", { argv: ["sh", "./x"] });
    grow(host, script, 150, (parent) => host.start(parent, "/bin/dash", { argv: ["sh", "./x"] }));
  },
  "two programs that run each other, renamed": (host) => {
    const first = host.start(shellOf(host), "/tmp/a", { ino: 1 });
    const runs = new Map([[first, 1]]);
    grow(host, first, 300, (parent) => {
      const other = runs.get(parent) === 1 ? 2 : 1;
      const child = host.start(parent, other === 1 ? "/tmp/a" : "/tmp/b");
      runs.set(child, other);
      return child;
    });
  },
  "parents that end once they have two children": (host) => {
    let living = [shellOf(host)];
    for (let turn = 0; turn < 8; turn++) {
      const children = living.flatMap((parent) => [host.fork(parent), host.fork(parent)]);
      for (const parent of living) host.exit(parent);
      living = children;
    }
  },
  "one parent that makes hundreds at once": (host) => {
    const root = host.start(shellOf(host), "/tmp/x");
    for (let i = 0; i < 400; i++) host.fork(root);
  },
  "among childless copies that lower the mean": (host) => {
    const root = shellOf(host);
    for (let i = 0; i < 200; i++) host.exit(host.fork(root));
    grow(host, root, 150, (parent) => host.fork(parent));
  },
  "among ordinary work": (host) => {
    const shell = shellOf(host);
    grow(host, host.fork(shell), 150, (parent) => {
      host.exit(host.start(shell, "/usr/bin/ls"));
      return host.fork(parent);
    });
  },
};

for (const [name, play] of Object.entries(ATTACKS))
  test(`fork bomb: ${name}`, () => {
    const host = fullHost();
    play(host);
    assert.ok(host.told("fork-bomb").length > 0);
    assert.ok((host.told("fork-bomb")[0] ?? 0) >= FORK_BOMB.weight);
  });

const ORDINARY: Readonly<Record<string, (host: SceneHost) => void>> = {
  "make -j64, recursive, with a shell for each recipe": (host) => {
    const make = host.start(shellOf(host), "/usr/bin/make");
    for (let folder = 0; folder < 8; folder++) {
      const inner = host.start(host.start(make, "/bin/dash"), "/usr/bin/make");
      for (let file = 0; file < 64; file++) {
        const cc = host.start(host.start(inner, "/bin/dash"), "/usr/bin/cc");
        host.start(cc, "/usr/libexec/gcc/cc1");
        host.start(cc, "/usr/bin/as");
      }
    }
  },
  "a web server's 250 workers, 32 a second, each with a helper": (host) => {
    const apache = host.there("/usr/sbin/apache2", host.there("/usr/lib/systemd/systemd"));
    for (let i = 0; i < 125; i++) {
      host.fork(host.fork(apache));
      host.wait(31);
    }
  },
  "a pool of 300 workers made over a minute": (host) => {
    const pool = host.there("/usr/bin/postgres", host.there("/usr/lib/systemd/systemd"));
    for (let i = 0; i < 300; i++) {
      host.fork(pool);
      host.wait(200);
    }
  },
  "a test runner that makes and ends 5000": (host) => {
    const runner = host.start(shellOf(host), "/usr/bin/python3");
    for (let i = 0; i < 5000; i++) {
      const worker = host.fork(runner);
      host.exit(host.fork(worker));
      host.exit(worker);
    }
  },
  "a pool of 70 beside deep subshells that end": (host) => {
    const shell = shellOf(host);
    for (let i = 0; i < 70; i++) host.fork(shell);
    for (let i = 0; i < 50; i++) {
      const line = [shell];
      for (let depth = 0; depth < 7; depth++) line.push(host.fork(line.at(-1) ?? shell));
      for (const each of line.slice(1)) host.exit(each);
    }
  },
  "subshells in subshells": (host) => {
    for (let i = 0; i < 100; i++) {
      let at = shellOf(host);
      for (let depth = 0; depth < 8; depth++) at = host.fork(at);
    }
  },
};

for (const [name, play] of Object.entries(ORDINARY))
  test(`no fork bomb: ${name}`, () => {
    const host = fullHost();
    play(host);
    host.tick();
    assert.ok(Math.max(0, ...host.told("fork-bomb")) < 0.3, String(host.told("fork-bomb").slice(0, 9)));
    assert.deepEqual(host.incidents, []);
  });

test("shape and size together are an incident before the thousandth process", () => {
  const host = fullHost();
  grow(host, shellOf(host), 600, (parent) => host.fork(parent));
  host.tick();
  assert.deepEqual(
    host.incidents.map(({ kinds }) => kinds.toSorted()),
    [["crowd", "fork-bomb"]],
  );
});

/** A service that answers each request by a script with a pipe: three shells at most. */
function answers(host: SceneHost, requests: number): ProcessRef {
  const server = host.there("/usr/bin/node", host.there("/usr/lib/systemd/systemd"), {
    cgroup: "/system.slice/portal.service",
  });
  for (let i = 0; i < requests; i++) {
    const script = host.start(server, "/bin/dash", { argv: ["sh", "-c", "a | b"] });
    for (const each of [host.fork(script), host.fork(script), script]) host.exit(each);
  }
  return server;
}

for (const [requests, incidents] of [
  [40, 1],
  [5, 0],
] as const)
  test(`two hundred shells are a crowd where there never were more than three, of ${requests} times: ${incidents}`, () => {
    const host = fullHost();
    const server = answers(host, requests);
    grow(host, host.start(server, "/bin/dash"), 200, (parent) => host.fork(parent));
    host.tick();
    assert.deepEqual(
      host.incidents.map(({ kinds }) => kinds.toSorted()),
      Array.from({ length: incidents }, () => ["crowd", "fork-bomb"]),
    );
  });

test("what a place has is known after a restart, and a bomb teaches nothing", () => {
  const sizes = new CrowdSizes();
  for (let i = 0; i < CROWD.enough; i++) sizes.learn("/a.service", 3);
  for (let i = 0; i < CROWD.enough; i++) sizes.learn("/b.service", 10);
  for (let i = 0; i < CROWD.enough - 1; i++) sizes.learn("/c.service", 2);
  const again = new CrowdSizes();
  again.recall(JSON.parse(JSON.stringify(sizes.remember((place) => place !== "#7"))));
  again.recall([["/a.service", "x", 3], 7, null]);
  assert.deepEqual(
    ["/a.service", "/b.service", "/c.service", "/d.service"].map((place) => again.limitOf(place)),
    [64, 160, 256, 256],
  );

  const host = fullHost();
  const server = answers(host, 40);
  const shell = host.start(server, "/bin/dash");
  const agent = host.agents.find(({ name }) => name === "fork-bomb");
  const before = agent?.remember?.();
  assert.deepEqual(before, [["/system.slice/portal.service", 81, 3]]);
  const bomb = grow(host, shell, 120, (parent) => host.fork(parent));
  // Long enough that what was said has faded.
  host.wait(600_000);
  for (const each of bomb) host.exit(each);
  assert.deepEqual(agent?.remember?.(), before);
});

test("the mean number of children leaves out the root's", () => {
  assert.equal(offspringMean([1, 300]), 0);
  assert.equal(offspringMean([1, 1, 1, 1]), 1);
  assert.equal(offspringMean([1, 2, 4, 8]), 2);
  assert.equal(offspringMean([1, 64, 32]), 0.5);
});
