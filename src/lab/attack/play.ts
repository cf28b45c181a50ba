import { setTimeout as sleep } from "node:timers/promises";
import type { EntityKey } from "../../core/entity.ts";
import type { Incident } from "../../core/incident.ts";
import { monotonicUs } from "../monotonic.ts";
import type { RunningLayer } from "../layer.ts";
import { emptyGroup, membersOf } from "./group.ts";
import { type Containment, type Deed, isAbout, isRepeat } from "./ground-truth.ts";
import type { KeeperReport } from "./keeper.ts";
import type { IncidentLog } from "./incident-log.ts";
import type { Room } from "./room.ts";
import type { Scenario } from "./scenario.ts";

export const PACE = {
  /** Between looks at the layer; the incident's own time counts, not ours. */
  lookMs: 100,
  /** After the script ended, for evidence that is counted once a second. */
  afterMs: 1500,
  /** After an incident of the right technique: what it is answered with. */
  answerMs: 400,
} as const;

export interface Stage {
  readonly room: Room;
  readonly layer: RunningLayer;
  readonly log: IncidentLog;
  readonly group: string;
  readonly procs: readonly string[];
  readonly backstage: readonly string[];
  readonly hood: string;
  readonly signal: AbortSignal;
}

/** Plays one story and watches what the layer says meanwhile. An attack that need not be whole ends early once it was told rightly. */
export async function play(scenario: Scenario, phase: Deed["phase"], stage: Stage): Promise<Deed> {
  const before = new Map(stage.log.all.map(({ id, count }) => [id, count]));
  const beganMs = Date.now();
  const script = new Script(stage, scenario);
  const processes = new Set<EntityKey>();
  const contained = new Map<string, Containment>();
  const repeated = new Map<string, number>();
  const deed = (endedMs: number): Deed => ({
    scenario,
    phase,
    group: stage.group,
    beganMs,
    endedMs,
    actMs: script.actMs,
    code: script.code,
    skipped: script.failure,
    processes: [...new Set([...script.processes, ...processes])],
    contained: [...contained.values()],
    repeated: [...repeated].map(([id, atMs]) => ({ id, atMs })),
  });
  let rightMs: number | undefined;
  for (;;) {
    await sleep(PACE.lookMs, undefined, { signal: stage.signal });
    for (const member of membersOf(stage.procs)) processes.add(member);
    const leases = await stage.log.look(stage.layer, stage.group);
    const incidents = stage.log.all;
    for (const { id, count, lastMs } of incidents)
      if (isRepeat(lastMs, script.actMs) && count > (before.get(id) ?? count) && !repeated.has(id))
        repeated.set(id, lastMs);
    for (const lease of leases) contained.set(lease.kind, contained.get(lease.kind) ?? lease);
    if (isTold(deed(Date.now()), incidents)) rightMs ??= Date.now();
    if (script.isOver(rightMs, phase)) break;
  }
  const result = deed(Date.now());
  const isGone = await emptyGroup(stage.procs);
  return isGone ? result : { ...result, skipped: result.skipped || "its processes could not be ended" };
}

/** What the keeper tells of a running script. */
class Script {
  actMs: number | undefined;
  failure = "";
  code: number | undefined;
  readonly processes = new Set<EntityKey>();
  private readonly scenario: Scenario;
  private readonly beganMs = Date.now();
  private endedMs: number | undefined;

  constructor({ room, procs, backstage, hood }: Stage, scenario: Scenario) {
    this.scenario = scenario;
    room.play({ scenario, procs, backstage, hood }, (report) => this.hear(report));
  }

  isOver(rightMs: number | undefined, phase: Deed["phase"]): boolean {
    const nowMs = Date.now();
    if (this.failure !== "") return true;
    const isEnough = phase === "attack" && !this.scenario.whole;
    if (isEnough && rightMs !== undefined && nowMs - rightMs >= PACE.answerMs) return true;
    const endMs = this.endedMs ?? this.beganMs + this.scenario.seconds * 1000;
    return nowMs - endMs >= (phase === "learning" ? 0 : PACE.afterMs);
  }

  private hear(report: KeeperReport): void {
    if (report.is === "playing") this.processes.add(report.process);
    else if (report.is === "act") this.actMs ??= wallMsOf(report.bootSeconds);
    else if (report.is === "ended") {
      this.endedMs ??= Date.now();
      this.code ??= report.code;
    } else if (report.is === "failed") this.failure = report.says;
  }
}

/** Wall clock of a CLOCK_BOOTTIME reading; the same as CLOCK_MONOTONIC on a host that does not sleep. */
function wallMsOf(bootSeconds: number): number {
  return Date.now() - (monotonicUs() / 1000 - bootSeconds * 1000);
}

function isTold(deed: Deed, incidents: readonly Incident[]): boolean {
  return incidents.some(
    (incident) =>
      isAbout(incident, deed) &&
      (incident.techniques ?? []).some((technique) => deed.scenario.techniques.includes(technique)),
  );
}
