import { execFile } from "node:child_process";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { Incident } from "../../core/incident.ts";
import { programArgv } from "../program.ts";
import type { Deed } from "./ground-truth.ts";
import { type Figures, judge } from "./judge.ts";
import type { Replayed } from "./replay-without.ts";
import type { Ablation, AblationRow } from "./results.ts";

const REPLAY_MS = 300_000;
const MAX_OUTPUT = 64 << 20;
/** Replays at a time: as many as the lab uses CPUs. */
const AT_ONCE = 2;

export interface Recordings {
  readonly lesson: string;
  readonly nights: readonly number[];
  readonly judged: string;
}

/** What each agent is worth: the very events of the run, replayed without it. */
export async function ablate(
  recordings: Recordings,
  deeds: readonly Deed[],
  agents: readonly string[],
  onStep: (says: string) => void,
): Promise<Result<Ablation>> {
  // A replay tells no times of repeats: neither side of the comparison counts them.
  const plain = deeds.map((deed) => ({ ...deed, repeated: [] }));
  onStep("replays the recording with everything");
  const base = await replayWithout(recordings, []);
  if (!base.ok) return base;
  const all = judge(plain, base.value);
  const rows: AblationRow[] = [];
  for (let at = 0; at < agents.length; at += AT_ONCE) {
    const some = agents.slice(at, at + AT_ONCE);
    onStep(`replays it without ${some.join(", and without ")}`);
    const replayed = await Promise.all(some.map((agent) => replayWithout(recordings, [agent])));
    for (const [i, incidents] of replayed.entries()) {
      if (!incidents.ok) return incidents;
      rows.push(rowOf(some[i] ?? "", all, judge(plain, incidents.value)));
    }
  }
  const { detected, right, falseIncidents } = all;
  return ok({ all: { detected, right, falseIncidents: falseIncidents.length }, rows });
}

export function rowOf(off: string, all: Figures, without: Figures): AblationRow {
  const { detected, right, falseIncidents } = without;
  const still = new Set(without.findings.filter(({ techniqueRight }) => techniqueRight).map(({ id }) => id));
  const lost = all.findings.filter(({ id, techniqueRight }) => techniqueRight && !still.has(id)).map(({ id }) => id);
  return { off, detected, right, falseIncidents: falseIncidents.length, lost };
}

function replayWithout(
  { lesson, nights, judged }: Recordings,
  off: readonly string[],
): Promise<Result<readonly Incident[]>> {
  const [program = "", ...args] = programArgv("attack/replay-without", lesson, nights.join(), judged, ...off);
  return new Promise((resolve) => {
    execFile(program, args, { timeout: REPLAY_MS, maxBuffer: MAX_OUTPUT }, (error, out, err) => {
      if (error !== null)
        return resolve(failed("SW-LAB", `the replay ended early: ${err.slice(-300) || error.message}`));
      const replayed = JSON.parse(out) as Replayed;
      resolve("problem" in replayed ? failed("SW-LAB", replayed.problem) : ok(replayed.incidents));
    });
  });
}
