import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { processKey, type EntityKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { ADDRESS_CLASSES, addressClass } from "./address-class.ts";
import { executableId, isLastingPlace, nameOf, placeOf } from "./executable.ts";
import { Novelty } from "./novelty.ts";
import { Testimony } from "./testimony.ts";

/** The same program in other places: what a service does whose own habits are not known yet. */
const ELSEWHERE_FACTOR = 0.8;
/** All programs together: the last circle, for a program too new to have habits. New to the host tells less than new to it. */
const HOST_SUBJECT = "host";
const HOST_FACTOR = 0.6;

/** Endpoints (class of address and port) that a program, or else this host, has never connected to (surprise.ts). */
export class DestinationAgent implements Agent {
  readonly name = "destination";
  readonly colony = "immune";
  readonly says = "notices a connection to a kind of address and port that this program, or this host, never used";
  readonly wants = ["connect"] as const;
  readonly feels = ["danger"] as const;
  private readonly novelty = new Novelty();
  private readonly testimony = new Testimony();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind !== "connect") return;
    const key = processKey(event.process);
    const record = context.processes.get(key);
    const program = executableId(record?.path ?? "", record?.exe ?? "");
    const where = addressClass(event.to.address);
    const { factor, says } = ADDRESS_CLASSES[where];
    const place = placeOf(record?.cgroup ?? "", event.cgroupId);
    const circles = [
      ...(program === ""
        ? []
        : [
            { subject: `${place} ${program}`, factor },
            { subject: program, factor: factor * ELSEWHERE_FACTOR },
          ]),
      { subject: HOST_SUBJECT, factor: factor * HOST_FACTOR },
    ];
    const endpoint = `${where}:${event.to.port}`;
    const surprise = this.novelty.observe(circles, endpoint, key, context);
    if (surprise === undefined) return;
    const first = surprise.subject === HOST_SUBJECT ? "a first for any program" : "a first";
    const fact = {
      agent: this.name,
      kind: "destination",
      entity: key,
      weight: surprise.weight,
      says:
        `${nameOf(context, key)} connected to ${printable(event.to.address, 64)} port ${event.to.port} ${says}, ` +
        `${first} in ${surprise.total} connections`,
      numbers: { bits: surprise.bits, connections: surprise.total, once: surprise.once, port: event.to.port },
    };
    this.testimony.tell([place, program || key, surprise.subject, endpoint], fact, context);
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
