import type { Evidence } from "../../../core/action.ts";
import type { Agent, AgentContext, PheromoneName } from "../../../core/agent.ts";
import type { EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { nameOf, processName } from "../../programs/executable.ts";
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
/** The same where a rule says it: services, and what watches and guards, stopped or turned off (Service Stop, Impair Defenses). */
const STOPPING = /^(?:T1489|T1562)(?:\.|$)/;

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
    const done = context.evidence(entity).find(isAdministration);
    if (done === undefined) return;
    // What stops a service keeps the system by its nature (systemctl): whoever has it do so gives the order.
    const doer = done.kind === "rule" ? (context.processes.get(entity)?.parent ?? entity) : entity;
    const above = this.talkers.commanding(doer, context);
    if (above === undefined) return;
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

/** Found on the process itself, not inherited, and by no habit. */
function isAdministration({ kind, agent, weight, techniques = [] }: Evidence): boolean {
  if (weight < REMOTE_ORDER.least) return false;
  if (kind === "rule") return agent === "rules" && techniques.some((id) => STOPPING.test(id));
  return ADMINISTRATION.has(kind) && agent === kind;
}
