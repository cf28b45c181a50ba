import type { Agent, AgentContext, PheromoneName } from "../../../core/agent.ts";
import type { EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { nameOf, processName } from "../../programs/executable.ts";
import { standingOf } from "../../programs/file-doers.ts";
import { SHELLS } from "../../programs/interpreters.ts";
import { baseName } from "../../programs/executable.ts";
import { Witness } from "../witness.ts";
import { NetworkTalkers } from "./network-talkers.ts";

export const REMOTE_ORDER = {
  /** With one strong deed it is enough: who serves a network leaves its host's settings, logs and watchers alone. */
  weight: 0.85,
  /** Of an administrator's deed; what is usual here, or done by keepers, weighs less. */
  least: 0.6,
  told: 1024,
} as const;

/** Kinds of evidence that are work of administrators, and of nobody who answers requests. */
const ADMINISTRATION: ReadonlySet<string> = new Set(["persistence", "log-clearing", "tampering"]);

/**
 * Who gave the order. A shell that a program with connections has started, and that does what only administrators do: changes what the host
 * runs by itself, clears logs, lays hands on what watches. That the deed was done is one observation, and that the one who ordered it
 * speaks with the network is another, made earlier and by other means. Where the server does it itself, without a shell, that is its
 * program's own work and is not told here; nor is a person's session.
 */
export class RemoteOrderAgent extends Witness implements Agent {
  readonly name = "remote-order";
  readonly colony = "immune";
  readonly says = "notices a shell, started by a program that speaks with the network, that does administrators' work";
  readonly wants = ["connect", "accept"] as const;
  private readonly talkers = new NetworkTalkers();
  private readonly told = new Set<EntityKey>();

  onEvent(event: SensedEvent): void {
    this.talkers.note(event);
  }

  override onSignal(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void {
    super.onSignal(entity, pheromone, context);
    if (this.told.has(entity)) return;
    const isDone = context
      .evidence(entity)
      .some(({ kind, agent, weight }) => ADMINISTRATION.has(kind) && agent === kind && weight >= REMOTE_ORDER.least);
    if (!isDone || standingOf(entity, context) !== "service") return;
    const above = this.talkers.above(entity, context);
    if (above === undefined || !isThroughShell(entity, above.relay, context)) return;
    this.told.add(entity);
    dropOldest(this.told, REMOTE_ORDER.told);
    this.accuse(entity, above, context);
  }

  private accuse(
    entity: EntityKey,
    { relay, remote }: { readonly relay: EntityKey; readonly remote: string },
    context: AgentContext,
  ): void {
    const fact = {
      agent: this.name,
      kind: this.name,
      entity,
      weight: REMOTE_ORDER.weight,
      says: `${processName(context, entity)} does so in a shell of ${nameOf(context, relay)}, which speaks with ${printable(remote, 80)}`,
      numbers: {},
      techniques: ["T1059.004"],
      deeds: [`connections of ${relay}`],
    };
    this.testimony.tell([relay], fact, context);
  }
}

/** Whether a shell stands between the two, or is the one that did it. */
function isThroughShell(entity: EntityKey, relay: EntityKey, context: Pick<AgentContext, "processes">): boolean {
  const steps = context.processes.lineage(entity);
  const at = steps.findIndex(({ process }) => process === relay);
  return steps.slice(0, at).some(({ path }) => SHELLS.has(baseName(path)));
}
