import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { processKey, type EntityKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import { ADDRESS_CLASSES, addressClass } from "./address-class.ts";
import { firstInWords } from "./first-words.ts";
import { executableId, isLastingPlace, nameOf, placeOf } from "./executable.ts";
import { Novelty } from "./novelty.ts";
import { Testimony } from "./testimony.ts";
import { YoungPrograms } from "./young-programs.ts";

/** The same program in other places: what a service does whose own habits are not known yet. */
const ELSEWHERE_FACTOR = 0.8;
/** All programs together: the last circle, for a program too new to have habits. New to the host tells less than new to it. */
const HOST_SUBJECT = "host";
const HOST_FACTOR = 0.6;
/** All programs in one place: tells as much as the host, and is calmer where the host has many voices. */
const PLACE_FACTOR = HOST_FACTOR;

/** Endpoints (class of address and port) that a program, or else this host, has never connected to (surprise.ts). */
export class DestinationAgent implements Agent {
  readonly name = "destination";
  readonly colony = "immune";
  readonly says = "notices a connection to a kind of address and port that this program, or this host, never used";
  readonly wants = ["exec", "connect"] as const;
  readonly feels = ["danger"] as const;
  private readonly novelty = new Novelty();
  private readonly testimony = new Testimony();
  private readonly young = new YoungPrograms();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exec") this.young.note(event, context.wallMs);
    if (event.kind !== "connect") return;
    const key = processKey(event.process);
    const record = context.processes.get(key);
    const program = executableId(record?.path ?? "", record?.exe ?? "");
    const where = addressClass(event.to.address);
    const { factor, says } = ADDRESS_CLASSES[where];
    const place = placeOf(record?.cgroup ?? "", event.cgroupId);
    // A program written minutes ago has no habits yet that it could break: what is known around it judges.
    const age = this.young.ageMs(record?.exe ?? "", context.wallMs);
    const own = age === undefined || this.novelty.knownForMs(program, context.nowMs) > age ? factor : 0;
    const everybody = `${place} *`;
    const circles = [
      ...(program === ""
        ? []
        : [
            { subject: `${place} ${program}`, factor: own },
            { subject: program, factor: own * ELSEWHERE_FACTOR },
          ]),
      { subject: everybody, factor: factor * PLACE_FACTOR },
      { subject: HOST_SUBJECT, factor: factor * HOST_FACTOR },
    ];
    const endpoint = `${where}:${event.to.port}`;
    const surprise = this.novelty.observe(circles, endpoint, key, context);
    if (surprise === undefined) return;
    const anyProgram = surprise.subject === HOST_SUBJECT || surprise.subject === everybody;
    const fact = {
      agent: this.name,
      kind: "destination",
      entity: key,
      weight: surprise.weight,
      says: firstInWords(
        `${nameOf(context, key)} connected to ${printable(event.to.address, 64)} port ${event.to.port} ${says}`,
        surprise.total,
        "connections",
        anyProgram,
      ),
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
