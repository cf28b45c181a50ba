import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { SensedEvent, WritesEvent } from "../../../core/event.ts";
import { builderAt } from "../../programs/builders.ts";
import { isSystemPath, processName } from "../../programs/executable.ts";
import { deedsOnFiles } from "../deeds.ts";
import type { FileAct } from "./file-act.ts";
import { FileActs } from "./file-acts.ts";
import { answerableFor, runsSystemProgram, standingOf } from "../../programs/file-doers.ts";
import { SETTINGS_DEEDS } from "../../novelty/habitual-files.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { patternOf, type Pattern } from "./rewrite-pattern.ts";
import { RewrittenFiles, type Victim } from "./rewritten-files.ts";
import { within } from "./within.ts";
import { WrittenContent } from "./written-content.ts";
import { FileWitness } from "../witness.ts";

export const MASS = {
  /** Extortion is done in minutes; who takes his time is seen over half an hour. */
  windowMs: 1_800_000,
  doers: 256,
  /** Told again where it looks this much worse. */
  worse: 0.1,
  /** Package managers and configuration tools. */
  keeper: 0.25,
  /** Of content that looks like chance, where files are rewritten in number: a kind of its own, for it is measured and not read off names. */
  content: 0.7,
  /** Of the files, so many are named as what was done; settings that a tool changes at once are fewer. */
  named: 64,
} as const;

/** They put one file in place of another by their nature; from a system folder alone. */
const PACKERS: ReadonlySet<string> = new Set(
  "gzip pigz bzip2 pbzip2 xz zstd lz4 compress logrotate savelog rsync restic borg tar unzip cpio".split(" "),
);

interface Rewriter {
  readonly files: RewrittenFiles;
  /** Heaviest that was told. */
  told: number;
  /** What excuses it, at its latest. */
  factor: number;
  isLookedInto: boolean;
}

/**
 * Files that were there before, and that one process or the commands of one write over, replace or remove after reading, by
 * dozens. What the files are called before and after tells extortion from a formatter (rewrite-pattern.ts); whether what is
 * written looks encrypted is asked only of who does that (written-content.ts), for whatever is packed does.
 */
export class MassRewriteAgent extends FileWitness implements Agent {
  readonly name = "mass-rewrite";
  readonly colony = "immune";
  readonly says = "notices who writes over, renames or removes many files that it only read before: extortion";
  readonly wants = ["open.read", "open.write", "rename", "unlink", "mount", "writes", "fork", "exit"] as const;
  private readonly root: string;
  private readonly acts = new FileActs();
  private readonly doers = new Map<EntityKey, Rewriter>();
  private readonly content = new WrittenContent();

  /** `root`: the folder in which the host's files are looked for, "" for the host itself. */
  constructor(root = "") {
    super();
    this.root = root;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exit") return this.onExit(processKey(event.process));
    if (event.kind === "fork") return this.content.inherit(processKey(event.process), processKey(event.child));
    if (event.kind === "writes") return this.onWrites(event, context);
    for (const act of this.acts.of(event, context)) this.count(act, context);
  }

  private count(act: FileAct, context: AgentContext): void {
    const path = within(this.root, act.path);
    if (path === undefined || isNobodys(path)) return;
    if (runsSystemProgram(act.by, PACKERS, context)) return;
    const from = act.from === "" ? undefined : within(this.root, act.from);
    const answerable = answerableFor(act.by, context);
    if (act.act === "write") this.content.watch(act.by, answerable);
    for (const doer of answerable) if (this.found(doer, act, path, from, context)) return;
  }

  /** Counts of what an accused one wrote are still to come. */
  private onExit(key: EntityKey): void {
    if ((this.doers.get(key)?.told ?? 0) === 0) this.doers.delete(key);
  }

  private onWrites(event: WritesEvent, context: AgentContext): void {
    for (const doer of this.content.add(processKey(event.process), event)) this.lookInto(doer, context);
  }

  /** Whether an accused one writes what looks encrypted. */
  private lookInto(doer: EntityKey, context: AgentContext): void {
    const state = this.doers.get(doer);
    const sum = this.content.chanceIn(doer);
    if (state === undefined || state.told === 0 || state.isLookedInto || sum === undefined) return;
    state.isLookedInto = true;
    const fact = {
      agent: this.name,
      kind: "content",
      entity: doer,
      weight: MASS.content * state.factor,
      says: `what ${processName(context, doer)} writes looks encrypted: ${sum.random} of ${sum.sampled} samples`,
      numbers: { ...sum },
      techniques: ["T1486"],
      // What is in the files is another thing than that they were changed.
      deeds: [`content ${doer}`],
    };
    this.testimony.tell(["content"], fact, context);
  }

  /** True where the doer was accused. */
  private found(doer: EntityKey, act: FileAct, path: string, from: string | undefined, context: AgentContext): boolean {
    const state = this.stateOf(doer);
    if (!state.files.note(act, path, from, context.nowMs)) return false;
    const victims = state.files.since(context.nowMs - MASS.windowMs);
    const pattern = patternOf(victims);
    if (pattern === undefined) return false;
    state.factor = this.factor(act.by, doer, path, context);
    const weight = pattern.weight * state.factor;
    if (weight < state.told + MASS.worse) return weight > 0 && state.told > 0;
    state.told = weight;
    this.accuse(doer, weight, pattern, victims, context);
    this.lookInto(doer, context);
    return true;
  }

  private accuse(
    doer: EntityKey,
    weight: number,
    { says }: Pattern,
    victims: readonly Victim[],
    context: AgentContext,
  ): void {
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: doer,
      weight,
      says: `${processName(context, doer)} changed files that others had made: ${says}`,
      numbers: { files: victims.length },
      techniques: ["T1486"],
      deeds: deedsOnFiles(victims.slice(-MASS.named).map(({ path }) => path)),
    };
    this.testimony.tell([weight.toFixed(1)], fact, context);
  }

  /** What excuses it, of all that is known of who stands behind it. */
  private factor(by: EntityKey, doer: EntityKey, path: string, context: AgentContext): number {
    const line = context.processes.lineage(by);
    const builders = line.map((step) => builderAt(step.path)?.factor ?? 1);
    const keeper = standingOf(doer, context) === "keeper" ? MASS.keeper : 1;
    const folder = path.slice(0, path.lastIndexOf("/"));
    const isUsual = this.habits.isUsual(by, folder, [this.name], context, SETTINGS_DEEDS);
    return Math.min(keeper, ...builders) * (isUsual ? MASS.keeper : 1);
  }

  private stateOf(doer: EntityKey): Rewriter {
    const state = this.doers.get(doer) ?? { files: new RewrittenFiles(), told: 0, factor: 1, isLookedInto: false };
    this.doers.delete(doer);
    this.doers.set(doer, state);
    dropOldest(this.doers, MASS.doers);
    return state;
  }
}

function isNobodys(path: string): boolean {
  return isSystemPath(path) || /^\/(?:proc|sys|dev|run)\//.test(path);
}
