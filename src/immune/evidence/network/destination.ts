import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { ConnectEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { ADDRESS_CLASSES, type AddressClass, addressClass, CLASS_NUMBERS } from "./address-class.ts";
import { type Doer, Doers } from "../../novelty/doers.ts";
import { firstInWords } from "../../novelty/first-words.ts";
import { isLastingPlace, nameOf } from "../../programs/executable.ts";
import { type Circle, Novelty } from "../../novelty/novelty.ts";
import { YoungPrograms } from "../../programs/young-programs.ts";
import { Witness } from "../witness.ts";

/** The same program in other places: what a service does whose own habits are not known yet. */
const ELSEWHERE_FACTOR = 0.8;
/** All programs together: the last circle, for a program too new to have habits. New to the host tells less than new to it. */
const HOST_SUBJECT = "host";
const HOST_FACTOR = 0.6;
/** All programs in one place: tells as much as the host, and is calmer where the host has many voices. */
const PLACE_FACTOR = HOST_FACTOR;
const everybodyIn = (place: string): string => `${place} *`;

/** Endpoints (class of address and port) that a program, or else this host, has never connected to (surprise.ts). */
export class DestinationAgent extends Witness implements Agent {
  readonly name = "destination";
  readonly colony = "immune";
  readonly says = "notices a connection to a kind of address and port that this program, or this host, never used";
  readonly wants = ["exec", "connect"] as const;
  private readonly novelty = new Novelty();
  private readonly young = new YoungPrograms();
  private readonly doers = new Doers();

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exec") {
      this.young.note(event, context.wallMs);
      this.doers.forget(processKey(event.process));
    } else if (event.kind === "connect") {
      this.onConnect(event, context);
    }
  }

  private onConnect(event: ConnectEvent, context: AgentContext): void {
    const doer = this.doers.of(event, context);
    const where = addressClass(event.to.address);
    const { port } = event.to;
    // Port and class as one number: the same endpoint again is found without a text being made.
    const act = CLASS_NUMBERS[where] * 65_536 + port;
    if (!this.novelty.isUsual(doer, act, processKey(event.process), context))
      this.judge(event, doer, where, act, context);
  }

  private judge(event: ConnectEvent, doer: Doer, where: AddressClass, act: number, context: AgentContext): void {
    const key = processKey(event.process);
    if (this.testimony.isLoud(key, context.nowMs)) return;
    const { place, program } = doer;
    const { says } = ADDRESS_CLASSES[where];
    const circles = this.circlesOf(doer, key, factorOf(where, event.to.port), context);
    const endpoint = `${where}:${event.to.port}`;
    const surprise = this.novelty.observe(circles, endpoint, key, context);
    if (surprise === undefined) return this.novelty.keepAtHand(doer, act, circles, endpoint);
    const anyProgram = surprise.subject === HOST_SUBJECT || surprise.subject === everybodyIn(place);
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
      numbers: {
        bits: surprise.bits,
        connections: surprise.total,
        once: surprise.once,
        port: event.to.port,
        addressClass: CLASS_NUMBERS[where],
      },
      techniques: techniquesOf(where, event.to.port),
    };
    this.testimony.tell([place, program || key, surprise.subject, endpoint], fact, context);
  }

  private circlesOf(doer: Doer, key: EntityKey, factor: number, context: AgentContext): Circle[] {
    const { place, program } = doer;
    // A program written minutes ago has no habits yet that it could break: what is known around it judges.
    const age = this.young.ageMs(context.processes.get(key)?.exe ?? "", context.wallMs);
    const own = age === undefined || this.novelty.knownForMs(program, context.nowMs) > age ? factor : 0;
    const all = [
      { subject: everybodyIn(place), factor: factor * PLACE_FACTOR },
      { subject: HOST_SUBJECT, factor: factor * HOST_FACTOR },
    ];
    if (program === "") return all;
    return [
      { subject: `${place} ${program}`, factor: own },
      { subject: program, factor: own * ELSEWHERE_FACTOR },
      ...all,
    ];
  }

  remember(): unknown {
    return this.novelty.remember(isLastingPlace);
  }

  recall(memory: unknown): void {
    this.novelty.recall(memory);
  }
}

/** ssh, telnet, Windows' calls, shares, desktops and shells, VNC: by which whoever is in one host gets into the next (T1021). */
const LOGIN_PORTS: ReadonlySet<number> = new Set([22, 23, 135, 139, 445, 3389, 5900, 5985, 5986]);

/** One's neighbours are asked for much; who logs in to them tells as much as who goes outside. */
function factorOf(where: AddressClass, port: number): number {
  return ADDRESS_CLASSES[where === "private" && LOGIN_PORTS.has(port) ? "public" : where].factor;
}

/** Ports that most outgoing connections go to; another one may be a choice (T1571). */
const COMMON_PORTS: ReadonlySet<number> = new Set([22, 25, 53, 80, 123, 443, 587, 993, 8080, 8443]);

function techniquesOf(where: AddressClass, port: number): readonly string[] {
  if (where === "metadata") return ["T1552.005"];
  const login = LOGIN_PORTS.has(port) ? ["T1021"] : [];
  return [...login, "T1071", ...(COMMON_PORTS.has(port) ? [] : ["T1571"])];
}
