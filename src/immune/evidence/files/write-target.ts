import type { Agent, AgentContext } from "../../../core/agent.ts";
import { type EntityKey, processKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { type Doer, Doers } from "../../novelty/doers.ts";
import { firstInWords } from "../../novelty/first-words.ts";
import { type Circle, Novelty, NOVELTY } from "../../novelty/novelty.ts";
import { isLastingPlace, processName } from "../../programs/executable.ts";
import { standingOf } from "../../programs/file-doers.ts";
import { Witness } from "../witness.ts";
import { type FileAct, fileActOf } from "./file-act.ts";
import { builderOf } from "./file-writers.ts";
import { folderClass } from "./folder-class.ts";

export const WRITE_TARGET = {
  /**
   * To write where one never wrote is often innocent (a new version, a first report): it supports other evidence. All firsts of a
   * process together, so that with one strong kind they stay below a quorum (1.5) in a line that is in trouble too, where they
   * count half as much again (modulation.ts).
   */
  most: 0.3,
  /** The same over hours, of 4.5. */
  mostSlow: 1,
  /** The same program in other places. */
  elsewhere: 0.8,
  /** All programs of one place together: of a service's shell, which has no habits of its own. */
  place: 0.6,
} as const;

const WRITES: ReadonlySet<FileAct["act"]> = new Set(["write", "rename", "link", "symlink"]);

/** Folders in which a service's program has never written (surprise.ts). People, builders and package managers write where they like, and are not judged. */
export class WriteTargetAgent extends Witness implements Agent {
  readonly name = "write-target";
  readonly colony = "immune";
  readonly says = "notices a program of a service that writes to a kind of folder where it never wrote";
  readonly wants = ["exec", "open.write", "rename", "link", "symlink"] as const;
  private readonly novelty = new Novelty();
  private readonly doers = new Doers();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exec") return this.doers.forget(processKey(event.process));
    const act = fileActOf(event, context);
    if (act === undefined || !WRITES.has(act.act)) return;
    const folder = folderClass(act.path);
    if (folder === undefined) return;
    const doer = this.doers.of(event, context);
    if (!this.novelty.isUsual(doer, folder, act.by, context)) this.judge(act, doer, folder, context);
  }

  private judge(act: FileAct, doer: Doer, folder: string, context: AgentContext): void {
    if (doer.program === "" || this.testimony.isLoud(act.by, context.nowMs)) return;
    if (standingOf(act.by, context) !== "service" || builderOf(act.by, context) !== undefined) return;
    const circles = circlesOf(doer);
    const surprise = this.novelty.observe(circles, folder, act.by, context);
    if (surprise === undefined) return this.novelty.keepAtHand(doer, folder, circles, folder);
    const weight = Math.min(surprise.weight, roomFor(act.by, this.name, context));
    if (weight < NOVELTY.least) return;
    const what = `${processName(context, act.by)} wrote ${printable(act.path, 200)}, in a kind of folder that is new to it`;
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: act.by,
      weight,
      says: firstInWords(what, surprise.total, "writes", surprise.subject === everybodyIn(doer.place)),
      numbers: { bits: surprise.bits, writes: surprise.total, once: surprise.once },
      // A new place is no technique; what it means there is told by those who know it: persistence, tampering, dropped files.
      techniques: [],
    };
    this.testimony.tell([doer.place, doer.program, folder], fact, context);
  }

  remember(): unknown {
    return this.novelty.remember(isLastingPlace);
  }

  recall(memory: unknown): void {
    this.novelty.recall(memory);
  }
}

/** What may still be said of a process until it is as much as this kind is worth. */
function roomFor(entity: EntityKey, kind: string, { field }: Pick<AgentContext, "field">): number {
  const said = (trace: "danger" | "danger.slow"): number => field.bySource(entity, trace).get(kind) ?? 0;
  return Math.min(WRITE_TARGET.most - said("danger"), WRITE_TARGET.mostSlow - said("danger.slow"));
}

const everybodyIn = (place: string): string => `${place} *`;

function circlesOf({ place, program }: Doer): readonly Circle[] {
  const { most, elsewhere, place: everybody } = WRITE_TARGET;
  return [
    { subject: `${place} ${program}`, factor: most },
    { subject: program, factor: most * elsewhere },
    { subject: everybodyIn(place), factor: most * everybody },
  ];
}
