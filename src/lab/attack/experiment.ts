import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { Incident } from "../../core/incident.ts";
import { statePaths } from "../../core/state-paths.ts";
import { isInstalled } from "../crew.ts";
import type { Interruption } from "../interruption.ts";
import type { LayerPort, RunningLayer } from "../layer.ts";
import type { Progress } from "../progress.ts";
import { programArgv } from "../program.ts";
import type { Workplace } from "../workplace.ts";
import type { Deed } from "./ground-truth.ts";
import { play, type Stage } from "./play.ts";
import { IncidentLog } from "./incident-log.ts";
import { type Recording, startRecording } from "./recording.ts";
import type { Act } from "./programme.ts";
import { openRoom } from "./room.ts";
import type { Scenario } from "./scenario.ts";

export const KEEPER = "keeper";
/** Where stories are prepared. */
export const BACKSTAGE = "backstage";
/** The rest of a host: who sleeps beside the stories, so that what may be contained of all processes is not soon used up. */
export const REST = { part: "rest", processes: 600 } as const;
const SLEEPERS = `i=0; while [ $i -lt ${REST.processes} ]; do sleep 7200 & i=$((i+1)); done; wait`;
const LEARN_MS = 120_000;
/** Programs are looked for where the room has them. */
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

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

/** What a run leaves: what happened, what was said of it, and both recordings. */
export interface Performed {
  readonly played: Played;
  /** What the kernel could not hand over. */
  readonly lost: number;
  readonly lesson: string;
  /** Wall-clock times that are taken for nights. */
  readonly nights: readonly number[];
  /** Of the judged phases; undefined where nobody asked for it. */
  readonly recording: string | undefined;
  readonly after: readonly string[];
}

/**
 * Furnishes the room, plays the learning phase before one layer, has its rounds lived through as days, and plays the rest
 * before a layer that starts with what was learned.
 */
export async function perform(acts: readonly Act[], theatre: Theatre, isRecorded: boolean): Promise<Result<Performed>> {
  const { workplace, progress } = theatre;
  const { crew, groups, folder, stateDir } = workplace;
  progress.step("furnishes a room with files, users and a network of its own");
  const room = await openRoom(crew, folder, groups.procsFiles(KEEPER));
  if (!room.ok) return room;
  crew.start({ name: "the rest of a host", argv: ["sh", "-c", SLEEPERS], groups: groups.procsFiles(REST.part) });
  const on = { ...theatre, room: room.value, log: new IncidentLog(), total: acts.length };
  const first = await playAll(
    acts.filter(({ phase }) => phase === "learning"),
    0,
    on,
    "lesson",
  );
  if (!first.ok) return first;
  const lesson = first.value.recording ?? "";
  // A night after each round of the set.
  const nights = nightsOf(first.value.deeds);
  progress.step(`learns from ${nights.length} days`);
  // The judged layer knows the days, not the minutes: of those, incidents would still be open and take in what resembles them.
  rmSync(statePaths(stateDir).hive, { recursive: true, force: true });
  const learned = await learn(lesson, statePaths(stateDir).hive, nights);
  if (!learned.ok) return learned;
  const judged = acts.filter(({ phase }) => phase !== "learning");
  const second = await playAll(judged, acts.length - judged.length, on, isRecorded ? "judged" : undefined);
  if (!second.ok) return second;
  await room.value.stop();
  return ok({
    played: {
      deeds: [...first.value.deeds, ...second.value.deeds],
      incidents: on.log.all,
      events: { ...second.value.events, learning: first.value.events.learning },
    },
    lost: second.value.lost,
    lesson,
    nights,
    recording: second.value.recording,
    after: [...first.value.after, ...second.value.after],
  });
}

interface PlayedPart extends Pick<Played, "deeds" | "events">, Pick<Performed, "lost" | "recording" | "after"> {}

/** One life of a layer. */
async function playAll(
  acts: readonly Act[],
  offset: number,
  on: Theatre & Pick<Stage, "room" | "log"> & { readonly total: number },
  recordingName: string | undefined,
): Promise<Result<PlayedPart>> {
  const { workplace, port, progress, stop } = on;
  const started = await port.start();
  if (!started.ok) return started;
  const layer = started.value;
  const status = await layer.status();
  if (!status.ok) return status;
  if (status.value.events.source !== "ebpf")
    return failed("SW-LAB", `no eBPF here, so attacks are not seen: ${status.value.missing.join("; ")}`);
  const recording = await recordingOf(recordingName, workplace, layer);
  if (!recording.ok) return recording;
  const deeds: Deed[] = [];
  const events = { learning: 0, benign: 0, attack: 0 };
  for (const [at, act] of acts.entries()) {
    progress.step(`${offset + at + 1} of ${on.total}, ${act.phase}: ${act.scenario.title}`);
    deeds.push(await playOne(act, { ...on, layer }));
    if (acts[at + 1]?.phase !== act.phase) events[act.phase] = await eventsOf(layer);
    if (stop.signal.aborted) break;
  }
  await on.log.lookAtAll(layer);
  const end = await layer.status();
  const lost = end.ok ? Object.values(end.value.losses).reduce((sum, each) => sum + each, 0) : 0;
  const after = [
    ...((await recording.value?.stop()) === false ? ["the recorder did not end when it was asked to"] : []),
    ...((await layer.stop()) ? [] : ["the layer did not end when it was asked to"]),
  ];
  return ok({ deeds, events, lost, recording: recording.value?.file, after });
}

async function recordingOf(
  name: string | undefined,
  { crew, folder, stateDir }: Workplace<string>,
  layer: RunningLayer,
): Promise<Result<Recording | undefined>> {
  if (name === undefined) return ok(undefined);
  return await startRecording(crew, join(folder, `${name}.swarms`), join(stateDir, "swarms.yaml"), layer);
}

/** The end of the last story of each round. */
function nightsOf(deeds: readonly Deed[]): readonly number[] {
  const last = deeds.at(-1)?.scenario.id;
  return deeds.filter(({ scenario }) => scenario.id === last).map(({ endedMs }) => endedMs);
}

function learn(lesson: string, hiveFolder: string, nights: readonly number[]): Promise<Result<void>> {
  const [program = "", ...args] = programArgv("attack/learn", lesson, hiveFolder, ...nights.map(String));
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LEARN_MS }, (error, _out, err) =>
      resolve(
        error === null ? ok(undefined) : failed("SW-LAB", `nothing was learned: ${err.slice(-300) || error.message}`),
      ),
    );
  });
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
    backstage: groups.procsFiles(BACKSTAGE),
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
