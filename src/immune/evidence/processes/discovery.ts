import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { natureOf, originOf } from "../../programs/ancestry.ts";
import { BUILDER_FACTOR, builderAt } from "../../programs/builders.ts";
import { baseName, executableId, isSystemPath, nameOf, placeOf } from "../../programs/executable.ts";
import { STANDING, standingOf } from "../../programs/file-doers.ts";
import { lookAroundOf, type LookAround } from "./look-around.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { lineOf } from "../../programs/process-line.ts";
import { RareFacts } from "../rare-facts.ts";

export const DISCOVERY = {
  /** By what the sorts count together; who, what system and which files, as start scripts ask, are not enough. */
  weights: [
    { least: 4.5, weight: 0.95 },
    { least: 3.5, weight: 0.85 },
    { least: 3, weight: 0.65 },
    { least: 2.5, weight: 0.5 },
  ],
  /** An intruder asks with each step and pauses to read; a quarter of an hour is a pause. */
  windowMs: 900_000,
  /** What a scheduler starts looks around by profession: reports, audits, checks. */
  scheduled: 0.3,
  /** While its service begins, by shells alone: start scripts ask where they are, and no server runs yet that could be told to. */
  starting: 0.4,
  startingMs: 60_000,
  /** In a session without a terminal: whoever deploys by ssh gathers facts first. */
  session: 0.4,
  lines: 1024,
  ancestors: 6,
} as const;

/** They start what their tables say; from a system folder alone. */
const SCHEDULERS: ReadonlySet<string> = new Set("cron crond anacron fcron atd run-parts".split(" "));

interface Line {
  readonly asked: Map<string, { readonly atMs: number; readonly asked: LookAround }>;
  told: number;
}

/**
 * A service's line of processes that asks several different things about the place it is in: what a hand does that has just come in,
 * and a program that was written for its host need not. What the same program in its place asks again and again is its habit, and
 * does not count at all, so that a health check by ps adds nothing to an intruder's questions, and takes nothing away.
 */
export class DiscoveryAgent extends RareFacts implements Agent {
  readonly name = "discovery";
  readonly colony = "immune";
  readonly says =
    "notices a service that looks around: who am I, what system, what runs, which network, accounts and files";
  readonly wants = ["exec"] as const;
  private readonly lines = new Map<EntityKey, Line>();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind !== "exec") return;
    const asked = lookAroundOf(event);
    if (asked === undefined) return;
    const by = processKey(event.process);
    const record = context.processes.get(by);
    const origin = originOf(record?.parent || processKey(event.parent), context)?.record;
    const place = placeOf(record?.cgroup ?? "", event.cgroupId);
    const program = executableId(origin?.path ?? "", origin?.exe ?? "");
    if (this.habitFactor([place, program, asked.sort], by, context) < 1) return;
    const head = lineOf(by, context.processes);
    const line = this.lineAt(head);
    for (const [sort, { atMs }] of line.asked)
      if (context.nowMs - atMs > DISCOVERY.windowMs) {
        line.asked.delete(sort);
        line.told = 0;
      }
    line.asked.set(asked.sort, { atMs: context.nowMs, asked });
    this.judge(event, by, head, line, context);
  }

  private judge(event: ExecEvent, by: EntityKey, head: EntityKey, line: Line, context: AgentContext): void {
    const sorts = [...line.asked.values()].map(({ asked }) => asked);
    const sum = sorts.reduce((total, { counts }) => total + counts, 0);
    const grade = DISCOVERY.weights.find(({ least }) => sum >= least);
    if (grade === undefined || grade.weight <= line.told || this.testimony.isLoud(by, context.nowMs)) return;
    line.told = grade.weight;
    const { factor, why } = excuseOf(by, head, context);
    const program = nameOf(context, head);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: by,
      weight: grade.weight * factor,
      says:
        `within minutes, the line of processes of ${program} asked ${sorts.map(({ asks }) => asks).join(", ")}; ` +
        `the latest by ${nameOf(context, by)}${why === "" ? "" : ` (counted less: ${why})`}`,
      numbers: { sorts: sorts.length, counts: sum, uid: event.uid },
      techniques: [...new Set(sorts.map(({ technique }) => technique))].slice(0, 4),
      // Of several commands, of which the latest is one.
      deeds: [`looking around below ${head}`],
    };
    this.testimony.tell([head, String(grade.weight)], fact, context);
  }

  private lineAt(head: EntityKey): Line {
    const line = this.lines.get(head) ?? { asked: new Map(), told: 0 };
    this.lines.delete(head);
    this.lines.set(head, line);
    dropOldest(this.lines, DISCOVERY.lines);
    return line;
  }
}

interface Excuse {
  readonly factor: number;
  readonly why: string;
}

/** What excuses most. Never to nothing: schedulers and sessions are where intruders settle. */
function excuseOf(by: EntityKey, head: EntityKey, context: AgentContext): Excuse {
  const standing = standingOf(by, context);
  const factor = standing === "session" ? DISCOVERY.session : STANDING[standing].factor;
  const excuses: Excuse[] = [{ factor, why: standing === "service" ? "" : STANDING[standing].why }];
  for (const { process, path } of context.processes.lineage(by).slice(1, 1 + DISCOVERY.ancestors)) {
    const real = context.processes.get(process)?.details?.exePath ?? "";
    const isPlaced = isSystemPath(path) && (real === "" || isSystemPath(real));
    if (isPlaced && SCHEDULERS.has(baseName(path)))
      excuses.push({ factor: DISCOVERY.scheduled, why: "started by a scheduler" });
    const builder = builderAt(path);
    if (isPlaced && builder !== undefined)
      excuses.push({ factor: BUILDER_FACTOR.system, why: `started by ${builder.name}, a ${builder.what}` });
  }
  if (isStartScript(by, head, context)) excuses.push({ factor: DISCOVERY.starting, why: "while its service begins" });
  return excuses.reduce((best, each) => (each.factor < best.factor ? each : best));
}

/** Whether a line that has just begun is nothing but shells, from its head to the command. */
function isStartScript(by: EntityKey, head: EntityKey, context: AgentContext): boolean {
  const since = context.processes.get(head)?.sinceMs ?? 0;
  if (head === by || context.wallMs - since >= DISCOVERY.startingMs) return false;
  const steps = context.processes.lineage(by);
  const at = steps.findIndex(({ process }) => process === head);
  return steps.slice(1, at + 1).every(({ path }) => natureOf(path) === "launcher");
}
