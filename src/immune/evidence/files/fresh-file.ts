import type { Agent, AgentContext, PheromoneName } from "../../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { BUILDER_FACTOR, builderAt, type Builder } from "../../programs/builders.ts";
import { executableId } from "../../programs/executable.ts";
import { FamiliarFiles } from "../../novelty/familiar-files.ts";
import { FRESH, freshAgeMs, freshness, writtenMs } from "../../programs/file-age.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { PackageActivity } from "../../programs/package-activity.ts";
import { Unpacking } from "../../programs/unpacking.ts";
import { Witness } from "../witness.ts";

/** Parents under which a builder ran lately, that are remembered. */
const MAX_PARENTS = 1024;

/**
 * Execution of a file written shortly before: what a dropper does and a service does not. Goes by the
 * younger of mtime and ctime, for mtime can be set at will (utimensat(2)), ctime only by changing the clock.
 * Builders make fresh files too: they lower the weight when they are among the ancestors, when one ran
 * under the same parent lately (a shell that called make), and, for a package manager anywhere, when the
 * file lies in a system folder, or was written while the manager was at work for the same session or service (unpacking.ts).
 */
export class FreshFileAgent extends Witness implements Agent {
  readonly name = "fresh-file";
  readonly colony = "immune";
  readonly says =
    "notices a program file that is run minutes after it was written, unless a builder or package manager stands behind it";
  readonly wants = ["exec", "exit"] as const;
  private readonly built = new Map<EntityKey, { readonly atMs: number; readonly builder: Builder }>();
  private readonly packages = new PackageActivity();
  private readonly unpacking = new Unpacking();
  private readonly familiar = new FamiliarFiles();

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.unpacking.note(event, context);
    if (event.kind !== "exec") return;
    const key = processKey(event.process);
    const parent = context.processes.get(key)?.parent || processKey(event.parent);
    this.packages.note(event, context.nowMs);
    const builder = builderAt(event.path);
    if (builder !== undefined) this.noteBuilder(parent, builder, context.nowMs);
    const age = freshAgeMs(event, context.wallMs);
    if (age === undefined) return;
    const excuse = this.excuseFor(event, parent, context);
    const exe = fileKey(event.exe);
    const familiarity = this.familiar.started(exe, Math.max(event.ctimeMs, event.mtimeMs), context.nowMs);
    const fact = {
      agent: this.name,
      kind: "fresh-file",
      entity: key,
      weight: freshness(age) * (excuse?.factor ?? 1) * familiarity,
      says:
        `${printable(event.path || event.comm, 200)} was run ${inWords(age)} after it was written` +
        `${excuse === undefined ? "" : ` (counted less: ${excuse.why})`}`,
      numbers: { ageSeconds: Math.round(age / 1000), mtimeMs: event.mtimeMs, ctimeMs: event.ctimeMs },
      techniques: ["T1105", "T1204"],
    };
    this.testimony.tell([executableId(event.path, exe)], fact, context);
  }

  override onSignal(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void {
    this.familiar.onDanger(entity, context);
    super.onSignal(entity, pheromone, context);
  }

  private noteBuilder(parent: EntityKey, builder: Builder, nowMs: number): void {
    this.built.delete(parent);
    this.built.set(parent, { atMs: nowMs, builder });
    dropOldest(this.built, MAX_PARENTS);
  }

  private excuseFor(
    event: ExecEvent,
    parent: EntityKey,
    context: AgentContext,
  ): { readonly factor: number; readonly why: string } | undefined {
    const ancestors = context.processes.lineage(processKey(event.process)).slice(1);
    const above = ancestors.map((step) => builderAt(step.path)).filter((builder) => builder !== undefined);
    const best = above.toSorted((a, b) => a.factor - b.factor)[0];
    if (best !== undefined)
      return { factor: best.factor, why: `started under ${printable(best.name, 32)}, a ${best.what}` };
    const manager = this.unpacking.above(processKey(event.process), context);
    if (manager !== undefined)
      return { factor: BUILDER_FACTOR.system, why: `started under ${printable(manager, 32)}, a package manager` };
    const unpacker = this.unpacking.at(writtenMs(event, context.wallMs), processKey(event.process), context);
    if (unpacker !== undefined)
      return { factor: BUILDER_FACTOR.packages, why: `written while ${printable(unpacker, 32)} installed packages` };
    const beside = this.built.get(parent);
    if (beside !== undefined && context.nowMs - beside.atMs < FRESH.limitMs) {
      const { name, what, factor } = beside.builder;
      return {
        factor: Math.max(factor, BUILDER_FACTOR.beside),
        why: `${printable(name, 32)}, a ${what}, ran under the same parent`,
      };
    }
    if (this.packages.brought(event, context)) {
      return { factor: BUILDER_FACTOR.packages, why: "in a system folder, and packages were installed lately" };
    }
    return undefined;
  }
}

function inWords(ms: number): string {
  if (ms < 1500) return "a moment";
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
