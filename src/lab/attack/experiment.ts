import { join } from "node:path";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { Incident } from "../../core/incident.ts";
import { isInstalled } from "../crew.ts";
import type { Interruption } from "../interruption.ts";
import type { LayerPort, RunningLayer } from "../layer.ts";
import type { Progress } from "../progress.ts";
import type { Workplace } from "../workplace.ts";
import type { Deed } from "./ground-truth.ts";
import { play, type Stage } from "./play.ts";
import { IncidentLog } from "./incident-log.ts";
import { openRoom } from "./room.ts";
import type { Scenario } from "./scenario.ts";

export const KEEPER = "keeper";
/** The rest of a host: who sleeps beside the stories, so that what may be contained of all processes is not soon used up. */
export const REST = { part: "rest", processes: 600 } as const;
const SLEEPERS = `i=0; while [ $i -lt ${REST.processes} ]; do sleep 7200 & i=$((i+1)); done; wait`;
/** Programs are looked for where the room has them. */
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** One story in one phase, in a group of its own. */
export interface Act {
  readonly scenario: Scenario;
  readonly phase: Deed["phase"];
  /** "server-07" */
  readonly part: string;
}

/** The whole programme: the benign set to learn from so many times, once more to be judged, then the attacks. */
export function programme(benign: readonly Scenario[], attacks: readonly Scenario[], rounds: number): readonly Act[] {
  const phases = [
    ...Array.from({ length: rounds }, () =>
      benign.map((scenario) => ({ scenario, phase: "learning" as const })),
    ).flat(),
    ...benign.map((scenario) => ({ scenario, phase: "benign" as const })),
    ...attacks.map((scenario) => ({ scenario, phase: "attack" as const })),
  ];
  // Numbers are no part of the place that habits are learned for: each story is in a place that is known.
  return phases.map((act, i) => ({ ...act, part: `${act.scenario.from}-${String(i).padStart(3, "0")}` }));
}

export interface Played {
  readonly deeds: readonly Deed[];
  readonly incidents: readonly Incident[];
  /** Events that the layer had heard of when each phase ended. */
  readonly events: Readonly<Record<Deed["phase"], number>>;
}

export interface Theatre {
  readonly workplace: Workplace<string>;
  readonly port: LayerPort;
  readonly progress: Progress;
  readonly stop: Interruption;
}

/** Furnishes the room, then starts the layer, then plays. */
export async function perform(
  acts: readonly Act[],
  theatre: Theatre,
  between: (layer: RunningLayer) => Promise<Result<void>>,
): Promise<Result<{ played: Played; layer: RunningLayer }>> {
  const { workplace, port, progress, stop } = theatre;
  progress.step("furnishes a room with files, users and a network of its own");
  const room = await openRoom(workplace.crew, workplace.folder, workplace.groups.procsFiles(KEEPER));
  if (!room.ok) return room;
  workplace.crew.start({
    name: "the rest of a host",
    argv: ["sh", "-c", SLEEPERS],
    groups: workplace.groups.procsFiles(REST.part),
  });
  const layer = await port.start();
  if (!layer.ok) return layer;
  const status = await layer.value.status();
  if (!status.ok) return status;
  if (status.value.events.source !== "ebpf")
    return failed("SW-LAB", `no eBPF here, so attacks are not seen: ${status.value.missing.join("; ")}`);
  const began = await between(layer.value);
  if (!began.ok) return began;
  const deeds: Deed[] = [];
  const log = new IncidentLog();
  const events = { learning: 0, benign: 0, attack: 0 };
  for (const [at, act] of acts.entries()) {
    progress.step(`${at + 1} of ${acts.length}, ${act.phase}: ${act.scenario.title}`);
    deeds.push(await playOne(act, { ...theatre, room: room.value, layer: layer.value, log }));
    const next = acts[at + 1];
    if (next?.phase !== act.phase) events[act.phase] = await eventsOf(layer.value);
    if (stop.signal.aborted) break;
  }
  await log.lookAtAll(layer.value);
  await room.value.stop();
  return ok({ played: { deeds, incidents: log.all, events }, layer: layer.value });
}

async function playOne(act: Act, on: Theatre & Pick<Stage, "room" | "layer" | "log">): Promise<Deed> {
  const { scenario, phase, part } = act;
  const { groups } = on.workplace;
  const group = groups.path(part);
  const lacking = scenario.needs.filter((program) => !isInstalled(program, PATH));
  if (lacking.length > 0) return notPlayed(scenario, phase, group, `not installed here: ${lacking.join(", ")}`);
  const procs = groups.procsFiles(part);
  const hood = join("/var/tmp", part);
  return await play(scenario, phase, {
    room: on.room,
    layer: on.layer,
    log: on.log,
    group,
    procs,
    hood,
    signal: on.stop.signal,
  });
}

function notPlayed(scenario: Scenario, phase: Deed["phase"], group: string, skipped: string): Deed {
  const atMs = Date.now();
  return {
    scenario,
    phase,
    group,
    processes: [],
    beganMs: atMs,
    endedMs: atMs,
    actMs: undefined,
    code: undefined,
    contained: [],
    repeated: [],
    skipped,
  };
}

async function eventsOf(layer: RunningLayer): Promise<number> {
  const status = await layer.status();
  return status.ok ? Object.values(status.value.events.total).reduce((sum, each) => sum + each, 0) : 0;
}
