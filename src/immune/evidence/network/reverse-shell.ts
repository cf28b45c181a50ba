import type { Agent, AgentContext } from "../../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { EventKind } from "../../../core/event-kinds.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { natureOf } from "../../programs/ancestry.ts";
import { baseName, executableId, isSystemPath, nameOf, placeOf, processName } from "../../programs/executable.ts";
import { Interpreters, type InterpreterSort } from "../../programs/interpreters.ts";
import { NetworkTalkers } from "./network-talkers.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { isCommanded, wiringOf, type Wiring } from "./shell-descriptors.ts";
import { RareFacts } from "../rare-facts.ts";

export const REVERSE_SHELL = {
  /** A shell with a connection as its terminal: inetd could do it, and nobody has it do so. */
  shell: 0.95,
  /** An interpreter of another language so: CGI and inetd scripts are. */
  language: 0.7,
  /** Any other program: what inetd is for, where it is not inetd that starts it. */
  other: 0.45,
  /** Any other program, once it has run two others on the same connection: what it is told, it runs. */
  commanded: 0.9,
  /** One command reads from a connection, and another one writes to it, under one parent. */
  halves: 0.8,
  /** A shell that is fed through pipes by one who talks with the network: some build agents do so. */
  pipes: 0.65,
  /** A shell on a terminal made by one who talks with the network: web terminals and editors do so. */
  terminal: 0.5,
  /** Different programs that it runs until it counts as commanded. */
  programs: 2,
  /** From a command to what runs it: a pipeline forks more than once. */
  steps: 4,
  carriers: 1024,
} as const;

/** They hand connections to the programs that they start, as their job. From a system folder alone. */
const ACTIVATORS: ReadonlySet<string> = new Set(
  "systemd inetd xinetd inetutils-inetd openbsd-inetd tcpd tcpserver s6-tcpserver s6-ipcserver launchd".split(" "),
);

const TECHNIQUES: Readonly<Record<InterpreterSort, readonly string[]>> = {
  shell: ["T1059.004", "T1095"],
  language: ["T1059", "T1095"],
  "": ["T1059", "T1095"],
};

/** A program that a connection, or a pipe from one, ends at; or a parent of commands that do. */
interface Carrier {
  readonly object: number;
  readonly remote: string;
  readonly isTold: boolean;
  readonly programs: Set<string>;
}

interface Halves {
  input: boolean;
  output: boolean;
}

/** A remote hand on a command interpreter, by descriptors and deeds: what the program is called plays no part. */
export class ReverseShellAgent extends RareFacts implements Agent {
  readonly name = "reverse-shell";
  readonly colony = "immune";
  readonly says =
    "notices a command interpreter whose input and output are a network connection, directly or through a relay";
  readonly wants: readonly EventKind[];
  private readonly interpreters = new Interpreters();
  private readonly talkers = new NetworkTalkers();
  private readonly carriers = new Map<EntityKey, Carrier>();
  private readonly halves = new Map<string, Halves>();

  constructor(depth: "light" | "full" = "light") {
    super();
    this.wants = depth === "full" ? ["exec", "connect", "accept", "dup"] : ["exec", "connect"];
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.talkers.note(event);
    if (event.kind !== "exec") return;
    const sort = this.interpreters.sortOf(event);
    const wiring = wiringOf(event);
    if (wiring === "" || natureOf(event.path) === "seat") return;
    const key = processKey(event.process);
    if (this.testimony.isLoud(key, context.nowMs) || this.isCommand(event, key, context)) return;
    if (wiring === "socket") this.atSocket(event, key, sort, context);
    else if (wiring === "pipes" || wiring === "terminal") this.behindRelay(event, key, sort, wiring, context);
    else this.half(event, key, wiring, context);
  }

  private atSocket(event: ExecEvent, key: EntityKey, sort: InterpreterSort, context: AgentContext): void {
    const parent = context.processes.get(context.processes.get(key)?.parent || processKey(event.parent));
    const isActivated = isSystemPath(parent?.path ?? "") && ACTIVATORS.has(baseName(parent?.path ?? ""));
    // A daemon that runs itself again for each connection.
    if (sort === "" && parent?.exe === fileKey(event.exe) && isSystemPath(event.path)) return;
    const weight = sort === "" ? REVERSE_SHELL.other : REVERSE_SHELL[sort];
    const remote = remoteOf(event);
    const isTold = sort !== "" || !isActivated;
    this.carry(key, { object: event.stdio?.fds[1].object ?? 0, remote, isTold: sort !== "", programs: new Set() });
    if (!isTold) return;
    const who = `${nameOf(context, key)}${sort === "shell" ? ", a shell," : ""}`;
    const says = `${who} was started with a connection to ${remote} as its input and output`;
    this.tell(event, key, key, sort, weight, says, context);
  }

  /** Pipes and terminals are everywhere: it takes a shell that reads commands, or an unknown program that turns out as one. */
  private behindRelay(
    event: ExecEvent,
    key: EntityKey,
    sort: InterpreterSort,
    wiring: Wiring,
    context: AgentContext,
  ): void {
    const commanded = isCommanded(sort, event);
    const isUnknown = wiring === "pipes" && sort === "" && isStrange(event);
    if (!commanded && !isUnknown) return;
    const above = this.talkers.above(key, context);
    if (above === undefined) return;
    const remote = printable(above.remote, 80);
    this.carry(key, { object: event.stdio?.fds[1].object ?? 0, remote, isTold: commanded, programs: new Set() });
    if (!commanded) return;
    const means = wiring === "pipes" ? "through pipes" : "through a terminal of its making";
    const says = `${nameOf(context, key)}, a shell, takes its commands ${means} from ${processName(context, above.relay)}, which talks with ${remote}`;
    this.tell(event, key, key, sort, wiring === "pipes" ? REVERSE_SHELL.pipes : REVERSE_SHELL.terminal, says, context);
  }

  /** `cat <&5 | while read ...; do $line >&5`: no process has the connection at both ends, their parent does. */
  private half(event: ExecEvent, key: EntityKey, wiring: Wiring, context: AgentContext): void {
    const [input, output] = event.stdio?.fds ?? [];
    const object = (wiring === "input" ? input?.object : output?.object) ?? 0;
    const parent = context.processes.get(key)?.parent || processKey(event.parent);
    const name = String(object);
    const halves = this.halves.get(name) ?? { input: false, output: false };
    if (halves.input && halves.output) return;
    if (wiring === "input") halves.input = true;
    else halves.output = true;
    this.halves.set(name, halves);
    dropOldest(this.halves, REVERSE_SHELL.carriers);
    if (!halves.input || !halves.output) return;
    const says = `${processName(context, parent)} has commands read from, and others write to, its connection to ${remoteOf(event)}`;
    this.tell(event, key, parent, "shell", REVERSE_SHELL.halves, says, context);
  }

  /** Whether an ancestor carries the same connection or pipe, which is then what tells; counts what that one runs. */
  private isCommand(event: ExecEvent, key: EntityKey, context: AgentContext): boolean {
    if (this.carriers.size === 0) return false;
    const objects = event.stdio?.fds.map(({ object }) => object) ?? [];
    for (const { process } of context.processes.lineage(key).slice(1, 1 + REVERSE_SHELL.steps)) {
      const carrier = this.carriers.get(process);
      if (carrier === undefined || !objects.includes(carrier.object)) continue;
      this.ran(process, carrier, event, context);
      return true;
    }
    return false;
  }

  private ran(key: EntityKey, carrier: Carrier, event: ExecEvent, context: AgentContext): void {
    if (carrier.isTold || carrier.programs.size >= REVERSE_SHELL.programs) return;
    carrier.programs.add(fileKey(event.exe));
    if (carrier.programs.size < REVERSE_SHELL.programs) return;
    const says = `${processName(context, key)} runs one program after another with its connection to ${carrier.remote} as their output`;
    this.tell(event, key, key, "", REVERSE_SHELL.commanded, says, context);
  }

  private carry(key: EntityKey, carrier: Carrier): void {
    this.carriers.delete(key);
    this.carriers.set(key, carrier);
    dropOldest(this.carriers, REVERSE_SHELL.carriers);
  }

  private tell(
    event: ExecEvent,
    key: EntityKey,
    entity: EntityKey,
    sort: InterpreterSort,
    weight: number,
    says: string,
    context: AgentContext,
  ): void {
    const record = context.processes.get(key);
    const program = executableId(record?.path ?? event.path, fileKey(event.exe));
    const parent = context.processes.get(record?.parent ?? "");
    const what = [
      placeOf(record?.cgroup ?? "", event.cgroupId),
      executableId(parent?.path ?? "", parent?.exe ?? ""),
      program,
    ];
    const factor = this.habitFactor(what, entity, context);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity,
      weight,
      says,
      numbers: { localPort: event.stdio?.localPort ?? 0, remotePort: event.stdio?.remote?.port ?? 0 },
      techniques: TECHNIQUES[sort],
    };
    this.tellRare([program, ...TECHNIQUES[sort]], factor, fact, context);
  }
}

/** Run from where no distribution puts programs, and told nothing of what to do. */
function isStrange(event: ExecEvent): boolean {
  const path = event.details?.exePath || event.path;
  const isPlaced = isSystemPath(path) && event.details?.traits.memfd !== true;
  return (
    !isPlaced && event.details?.interpreter === "" && event.details.argv.slice(1).every((each) => each.startsWith("-"))
  );
}

function remoteOf({ stdio }: ExecEvent): string {
  return stdio?.remote === undefined ? "somebody" : `${printable(stdio.remote.address, 64)} port ${stdio.remote.port}`;
}
