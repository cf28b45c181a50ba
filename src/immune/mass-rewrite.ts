import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { processKey, type EntityKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { builderAt } from "./builders.ts";
import { isSystemPath, processName } from "./executable.ts";
import { fileActOf, type FileAct } from "./file-act.ts";
import { answerableFor, runsSystemProgram, standingOf } from "./file-doers.ts";
import { HabitualReads } from "./habitual-reads.ts";
import { dropOldest } from "./oldest.ts";
import { patternOf, type Pattern } from "./rewrite-pattern.ts";
import { RewrittenFiles } from "./rewritten-files.ts";
import { Testimony } from "./testimony.ts";
import { within } from "./within.ts";

export const MASS = {
  /** Extortion is done in minutes; who takes his time is seen over half an hour. */
  windowMs: 1_800_000,
  doers: 256,
  /** Told again where it looks this much worse. */
  worse: 0.1,
  /** Package managers and configuration tools. */
  keeper: 0.25,
} as const;

/** They put one file in place of another by their nature; from a system folder alone. */
const PACKERS: ReadonlySet<string> = new Set(
  "gzip pigz bzip2 pbzip2 xz zstd lz4 compress logrotate savelog rsync restic borg tar unzip cpio".split(" "),
);

/**
 * Files that were there before, and that one process or the commands of one write over, replace or remove after reading, by
 * dozens. What the files are called before and after tells extortion from a formatter (rewrite-pattern.ts).
 */
export class MassRewriteAgent implements Agent {
  readonly name = "mass-rewrite";
  readonly colony = "immune";
  readonly says = "notices who writes over, renames or removes many files that it only read before: extortion";
  readonly wants = ["open.read", "open.write", "rename", "unlink", "exit"] as const;
  readonly feels = ["danger"] as const;
  private readonly root: string;
  private readonly doers = new Map<EntityKey, { readonly files: RewrittenFiles; told: number }>();
  private readonly habits = new HabitualReads();
  private readonly testimony = new Testimony();

  /** `root`: the folder in which the host's files are looked for, "" for the host itself. */
  constructor(root = "") {
    this.root = root;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exit") return void this.doers.delete(processKey(event.process));
    const act = fileActOf(event, context);
    if (act === undefined) return;
    const path = within(this.root, act.path);
    if (path === undefined || isNobodys(path)) return;
    if (runsSystemProgram(act.by, PACKERS, context)) return;
    const from = act.from === "" ? undefined : within(this.root, act.from);
    for (const doer of answerableFor(act.by, context)) if (this.found(doer, act, path, from, context)) return;
  }

  onSignal(entity: EntityKey, _pheromone: PheromoneName, context: AgentContext): void {
    this.testimony.onDanger(entity, context);
  }

  /** True where the doer was accused. */
  private found(doer: EntityKey, act: FileAct, path: string, from: string | undefined, context: AgentContext): boolean {
    const state = this.stateOf(doer);
    if (!state.files.note(act, path, from, context.nowMs)) return false;
    const victims = state.files.since(context.nowMs - MASS.windowMs);
    const pattern = patternOf(victims);
    if (pattern === undefined) return false;
    const weight = pattern.weight * this.factor(act.by, doer, path, context);
    if (weight < state.told + MASS.worse) return weight > 0 && state.told > 0;
    state.told = weight;
    this.accuse(doer, weight, pattern, victims.length, context);
    return true;
  }

  private accuse(doer: EntityKey, weight: number, { says }: Pattern, files: number, context: AgentContext): void {
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: doer,
      weight,
      says: `${processName(context, doer)} changed files that others had made: ${says}`,
      numbers: { files },
      techniques: ["T1486"],
    };
    this.testimony.tell([weight.toFixed(1)], fact, context);
  }

  /** What excuses it, of all that is known of who stands behind it. */
  private factor(by: EntityKey, doer: EntityKey, path: string, context: AgentContext): number {
    const line = context.processes.lineage(by);
    const builders = line.map((step) => builderAt(step.path)?.factor ?? 1);
    const keeper = standingOf(doer, context) === "keeper" ? MASS.keeper : 1;
    const folder = path.slice(0, path.lastIndexOf("/"));
    return Math.min(keeper, ...builders) * (this.habits.isUsual(by, folder, context) ? MASS.keeper : 1);
  }

  private stateOf(doer: EntityKey): { readonly files: RewrittenFiles; told: number } {
    const state = this.doers.get(doer) ?? { files: new RewrittenFiles(), told: 0 };
    this.doers.delete(doer);
    this.doers.set(doer, state);
    dropOldest(this.doers, MASS.doers);
    return state;
  }
}

function isNobodys(path: string): boolean {
  return isSystemPath(path) || /^\/(?:proc|sys|dev|run)\//.test(path);
}
