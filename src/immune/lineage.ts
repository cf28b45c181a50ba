import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { originOf } from "./ancestry.ts";
import { BUILDER_FACTOR } from "./builders.ts";
import { executableId, isLastingPlace, nameOf, placeOf } from "./executable.ts";
import { Novelty } from "./novelty.ts";
import { PackageActivity } from "./package-activity.ts";
import { Testimony } from "./testimony.ts";

/** Weight of a first child, by who is behind it. */
const NATURE_FACTOR = {
  program: 1,
  /** People start new things all day. */
  seat: 0.1,
  /** Nothing but shells above it, because the layer came later: as good as unknown. */
  shell: 0.1,
} as const;

/** The same program elsewhere: a new service on an interpreter that others use is not bound to their habits. */
const ELSEWHERE_FACTOR = 0.5;

/** Program → program pairs that this host has never seen, weighed by how predictable the parent is (surprise.ts). */
export class LineageAgent implements Agent {
  readonly name = "lineage";
  readonly colony = "immune";
  readonly says =
    "notices a program started by one that never started it before, where that one's children were predictable";
  readonly wants = ["exec"] as const;
  readonly feels = ["danger"] as const;
  private readonly novelty = new Novelty();
  private readonly testimony = new Testimony();
  private readonly packages = new PackageActivity();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind !== "exec") return;
    this.packages.note(event, context.nowMs);
    const child = processKey(event.process);
    const record = context.processes.get(child);
    const origin = originOf(record?.parent || processKey(event.parent), context);
    if (origin === undefined || origin.record.key === child) return;
    const parent = executableId(origin.record.path, origin.record.exe);
    const kind = executableId(event.path, fileKey(event.exe));
    if (parent === "" || kind === "") return;
    const factor = NATURE_FACTOR[origin.nature] * (this.packages.brought(event, context) ? BUILDER_FACTOR.packages : 1);
    const circles = [
      { subject: `${placeOf(record?.cgroup ?? "", event.cgroupId)} ${parent}`, factor },
      { subject: parent, factor: factor * ELSEWHERE_FACTOR },
    ];
    const surprise = this.novelty.observe(circles, kind, child, context);
    if (surprise === undefined) return;
    const fact = {
      agent: this.name,
      kind: "lineage",
      entity: child,
      weight: surprise.weight,
      says:
        `${nameOf(context, origin.record.key)} started ${printable(event.path, 200)}, ` +
        `a first in ${surprise.total} starts`,
      numbers: { bits: surprise.bits, starts: surprise.total, once: surprise.once },
    };
    this.testimony.tell([surprise.subject, kind], fact, context);
  }

  onSignal(entity: EntityKey, _pheromone: PheromoneName, context: AgentContext): void {
    this.testimony.onDanger(entity, context);
  }

  remember(): unknown {
    return this.novelty.remember(isLastingPlace);
  }

  recall(memory: unknown): void {
    this.novelty.recall(memory);
  }
}
