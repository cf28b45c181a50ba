import type { Agent, AgentContext } from "../core/agent.ts";
import { processKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { ADDRESS_CLASSES, addressClass } from "./address-class.ts";
import { depositDanger } from "./danger.ts";
import { executableId, isLastingPlace, placeOf, processName } from "./executable.ts";
import { Novelty } from "./novelty.ts";

/** All programs together: the last circle, for a program too new to have habits. New to the host tells less than new to it. */
const HOST_SUBJECT = "host";
const HOST_FACTOR = 0.6;

/** Endpoints (class of address and port) that a program, or else this host, has never connected to (surprise.ts). */
export class DestinationAgent implements Agent {
  readonly name = "destination";
  readonly colony = "immune";
  readonly says = "notices a connection to a kind of address and port that this program, or this host, never used";
  readonly wants = ["connect"] as const;
  private readonly novelty = new Novelty();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind !== "connect") return;
    const key = processKey(event.process);
    const record = context.processes.get(key);
    const program = executableId(record?.path ?? "", record?.exe ?? "");
    const where = addressClass(event.to.address);
    const { factor, says } = ADDRESS_CLASSES[where];
    const circles = [
      ...(program === ""
        ? []
        : [
            { subject: `${placeOf(record?.cgroup ?? "", event.cgroupId)} ${program}`, factor },
            { subject: program, factor },
          ]),
      { subject: HOST_SUBJECT, factor: factor * HOST_FACTOR },
    ];
    const surprise = this.novelty.observe(circles, `${where}:${event.to.port}`, key, context);
    if (surprise === undefined) return;
    const first = surprise.subject === HOST_SUBJECT ? "no program had connected" : "it had never connected";
    depositDanger(context, {
      agent: this.name,
      kind: "destination",
      entity: key,
      weight: surprise.weight,
      says:
        `${processName(context, key)} connected to ${printable(event.to.address, 64)} port ${event.to.port} ${says}, ` +
        `where ${first} in ${surprise.total} connections seen`,
      numbers: { bits: surprise.bits, connections: surprise.total, once: surprise.once, port: event.to.port },
    });
  }

  remember(): unknown {
    return this.novelty.remember(isLastingPlace);
  }

  recall(memory: unknown): void {
    this.novelty.recall(memory);
  }
}
