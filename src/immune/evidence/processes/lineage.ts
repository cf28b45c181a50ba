import type { Agent, AgentContext, ProcessRecord } from "../../../core/agent.ts";
import { fileKey, processKey } from "../../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { type Origin, originOf } from "../../programs/ancestry.ts";
import { BUILDER_FACTOR } from "../../programs/builders.ts";
import { type Doer, Doers } from "../../novelty/doers.ts";
import { firstInWords } from "../../novelty/first-words.ts";
import { executableId, executedId, isLastingPlace, nameOf, placeOf } from "../../programs/executable.ts";
import { freshAgeMs } from "../../programs/file-age.ts";
import { Novelty } from "../../novelty/novelty.ts";
import { PackageActivity } from "../../programs/package-activity.ts";
import { techniquesOfProgram } from "../../programs/program-techniques.ts";
import { Unpacking } from "../../programs/unpacking.ts";
import { YoungPrograms } from "../../programs/young-programs.ts";
import { deedOfStart } from "../deeds.ts";
import { Witness } from "../witness.ts";

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

/**
 * A parent whose own file was just written starts everything for the first time. An old program as its child is what
 * its author wrote down; a file as fresh as itself is a little more, and needs a third kind of evidence: with a fresh file's
 * whole weight it stays below a quorum in a line that is in trouble too, as one is whose tests crash (modulation.ts).
 */
export const YOUNG_FACTOR = { itself: 0, oldChild: 0.2, freshChild: 0.3 } as const;

/** Program → program pairs that this host has never seen, weighed by how predictable the parent is (surprise.ts). */
export class LineageAgent extends Witness implements Agent {
  readonly name = "lineage";
  readonly colony = "immune";
  readonly says =
    "notices a program started by one that never started it before, where that one's children were predictable";
  readonly wants = ["exec", "exit"] as const;
  private readonly novelty = new Novelty();
  private readonly packages = new PackageActivity();
  private readonly young = new YoungPrograms();
  private readonly unpacking = new Unpacking();
  private readonly doers = new Doers();

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.unpacking.note(event, context);
    if (event.kind !== "exec") return;
    this.packages.note(event, context.nowMs);
    this.young.note(event, context.wallMs);
    const child = processKey(event.process);
    const record = context.processes.get(child);
    const origin = originOf(record?.parent || processKey(event.parent), context);
    if (origin === undefined || origin.record.key === child) return;
    const parent = executableId(origin.record.path, origin.record.exe);
    const kind = executedId(event);
    if (parent === "" || kind === "") return;
    const doer = this.doers.named(placeOf(record?.cgroup ?? "", event.cgroupId), parent);
    if (!this.novelty.isUsual(doer, kind, child, context)) this.judge(event, origin, doer, kind, context);
  }

  private judge(event: ExecEvent, origin: Origin, doer: Doer, kind: string, context: AgentContext): void {
    const child = processKey(event.process);
    if (this.testimony.isLoud(child, context.nowMs)) return;
    const { place, program: parent } = doer;
    const factor =
      NATURE_FACTOR[origin.nature] *
      (this.packages.brought(event, context) ? BUILDER_FACTOR.packages : 1) *
      this.youthFactor(origin.record, event, parent, context);
    const circles = [
      { subject: `${place} ${parent}`, factor },
      { subject: parent, factor: factor * ELSEWHERE_FACTOR },
    ];
    const surprise = this.novelty.observe(circles, kind, child, context);
    if (surprise === undefined) return this.novelty.keepAtHand(doer, kind, circles, kind);
    const fact = {
      agent: this.name,
      kind: "lineage",
      entity: child,
      weight: surprise.weight,
      says: firstInWords(
        `${nameOf(context, origin.record.key)} started ${printable(event.path, 200)}`,
        surprise.total,
        "starts",
      ),
      numbers: { bits: surprise.bits, starts: surprise.total, once: surprise.once },
      techniques: techniquesOfProgram(event.path),
      deeds: [deedOfStart(event)],
    };
    this.testimony.tell([surprise.subject, kind], fact, context);
  }

  /**
   * 1 for a parent that is not young, or was known here before its file was written anew. What a package manager unpacked is young
   * under whatever name: another version's habits, or another clone's, are none of its own.
   */
  private youthFactor(parent: ProcessRecord, event: ExecEvent, subject: string, context: AgentContext): number {
    const age = this.young.ageMs(parent.exe, context.wallMs);
    if (age === undefined) return 1;
    const isUnpacked = this.unpacking.at(context.wallMs - age, parent.key, context) !== undefined;
    if (!isUnpacked && this.novelty.knownForMs(subject, context.nowMs) > age) return 1;
    if (fileKey(event.exe) === parent.exe) return YOUNG_FACTOR.itself;
    return freshAgeMs(event, context.wallMs) === undefined ? YOUNG_FACTOR.oldChild : YOUNG_FACTOR.freshChild;
  }

  remember(): unknown {
    return this.novelty.remember(isLastingPlace);
  }

  recall(memory: unknown): void {
    this.novelty.recall(memory);
  }
}
