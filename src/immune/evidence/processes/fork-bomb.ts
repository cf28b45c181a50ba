import type { Agent, AgentContext } from "../../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { builderAbove } from "../../programs/builder-above.ts";
import { Families, type Family, offspringMean } from "./clone-family.ts";
import { depositDanger } from "../danger.ts";
import { isLastingPlace, placeOf, processName } from "../../programs/executable.ts";
import { NOVELTY } from "../../novelty/novelty.ts";
import { CrowdSizes } from "./crowd-sizes.ts";

export const FORK_BOMB = {
  /** Copies alive from which on the shape of their tree is looked at: a worker pool on a large host has as many, in one generation. */
  least: 64,
  /**
   * Of those, so many deep below the root (clone-family.ts). Of n first copies with fewer than one child each in the mean, m, only
   * n m^4 are expected there (Watson and Galton 1875): one in sixteen of a pool whose every second worker forks. Childless copies
   * beside them, to lower the mean, do not help.
   */
  deep: 32,
  /** A single parent that makes so many so fast; Apache, the fastest of pools, makes 32 a second at most (mod_prefork). */
  broom: 256,
  broomMs: 5000,
  weight: 0.7,
  /** The shape is certain at so many. */
  certain: 256,
  /** From process to program that it may be a copy of. */
  steps: 8,
  renew: 0.05,
} as const;

type Shape = "tree" | "broom";

/**
 * Copies that copy themselves: growth by generations and not by number. Builds, pools and test runners make as many processes,
 * but their children become other programs, or have no children.
 */
export class ForkBombAgent implements Agent {
  readonly name = "fork-bomb";
  readonly colony = "immune";
  readonly says =
    "notices a process whose copies copy themselves faster than they end, and where there are more of them than ever";
  readonly wants = ["fork", "exec", "exit"] as const;
  private readonly families = new Families();
  private readonly sizes = new CrowdSizes();

  onEvent(event: SensedEvent, context: AgentContext): void {
    const key = processKey(event.process);
    if (event.kind === "exit") this.learn(this.families.exit(key), event, context);
    else if (event.kind === "exec") this.onExec(event, context);
    else if (event.kind === "fork") {
      const program = context.processes.get(key)?.exe ?? "";
      const family = this.families.fork(key, processKey(event.child), program, context.nowMs);
      // Every eighth: the bomb pays for being looked at, and so do we.
      if (family.alive >= FORK_BOMB.least && family.alive % 8 === 0) this.judge(family, event, context);
    }
  }

  private onExec(event: ExecEvent, context: AgentContext): void {
    const key = processKey(event.process);
    const ancestors = (): (readonly [EntityKey, EntityKey])[] =>
      context.processes
        .lineage(key)
        .slice(1, 1 + FORK_BOMB.steps)
        .map(({ process }) => [process, context.processes.get(process)?.exe ?? ""]);
    this.learn(this.families.exec(key, fileKey(event.exe), ancestors, context.nowMs), event, context);
  }

  /** What a family came to that is down to one again, and of whom nothing ill was heard. */
  private learn(family: Family | undefined, { cgroupId }: SensedEvent, context: AgentContext): void {
    if (family === undefined || family.alive > 1 || family.peak < 2) return;
    const { peak, accused } = family;
    family.peak = 1;
    if (accused || context.field.concentration(family.root, "danger") >= NOVELTY.intolerant) return;
    this.sizes.learn(placeOf(context.processes.get(family.root)?.cgroup ?? "", cgroupId), peak);
  }

  private judge(family: Family, { cgroupId }: SensedEvent, context: AgentContext): void {
    const { alive, ever, root } = family;
    const mean = offspringMean(ever);
    const shape = shapeOf(family, context.nowMs);
    if (shape === undefined) return;
    family.accused = true;
    const factor = builderAbove(root, context.processes)?.factor ?? 1;
    const sure = Math.min(1, Math.log2(alive / FORK_BOMB.least) / Math.log2(FORK_BOMB.certain / FORK_BOMB.least));
    const numbers = { alive, generations: ever.length - 1, offspring: mean, fact: 1 };
    const who = processName(context, root);
    const how =
      shape === "tree"
        ? `in ${ever.length - 1} generations, with ${mean.toFixed(1)} each`
        : `within ${FORK_BOMB.broomMs / 1000} s`;
    const weight = FORK_BOMB.weight + (1 - FORK_BOMB.weight) * sure;
    this.raise(
      family,
      "fork-bomb",
      weight * factor,
      `${who} has ${alive} living copies of itself, ${how}`,
      numbers,
      context,
    );
    // As strong as any fact at twice as many as make a crowd there.
    const limit = this.sizes.limitOf(placeOf(context.processes.get(root)?.cgroup ?? "", cgroupId));
    const crowd = Math.min(1, Math.log2(alive / limit));
    if (crowd > 0)
      this.raise(
        family,
        "crowd",
        crowd * factor,
        `${who} and its copies are ${alive} processes, where ${limit} are many`,
        { ...numbers, limit },
        context,
      );
  }

  remember(): unknown {
    return this.sizes.remember(isLastingPlace);
  }

  recall(memory: unknown): void {
    this.sizes.recall(memory);
  }

  /** Adds what is missing for a level: growth goes on, and is one fact. */
  private raise(
    { root }: Family,
    kind: string,
    wanted: number,
    says: string,
    numbers: Record<string, number>,
    context: AgentContext,
  ): void {
    const missing = wanted - (context.field.bySource(root, "danger").get(kind) ?? 0);
    if (missing < Math.min(FORK_BOMB.renew, wanted)) return;
    depositDanger(context, {
      agent: this.name,
      kind,
      entity: root,
      weight: missing,
      says,
      numbers,
      techniques: ["T1499.001"],
      // Of a whole family, of which the latest fork is one.
      deeds: [`${kind} of ${root}`],
    });
  }
}

function shapeOf({ alive, deep, milestones }: Family, nowMs: number): Shape | undefined {
  if (deep >= FORK_BOMB.deep) return "tree";
  const quarter = milestones.findLast((each) => each.alive <= alive / 4);
  return alive >= FORK_BOMB.broom && quarter !== undefined && nowMs - quarter.atMs <= FORK_BOMB.broomMs
    ? "broom"
    : undefined;
}
