import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { EventKind } from "../../../core/event-kinds.ts";
import type { CallEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { addressClass } from "./address-class.ts";
import { executableId, placeOf, processName } from "../../programs/executable.ts";
import { answerableFor, STANDING, standingOf } from "../../programs/file-doers.ts";
import { FirstContacts } from "./first-contacts.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { RareFacts } from "../rare-facts.ts";

export const SCAN = {
  /** Ports of one host. Twelve are more than any client of one host needs, a hundred are a list that somebody works off. */
  ports: [
    { least: 100, weight: 0.95 },
    { least: 30, weight: 0.8 },
    { least: 12, weight: 0.5 },
  ],
  /** Hosts asked for one port: monitoring, deployment and meshes do it as well, so that no first start beside it is enough. */
  hosts: [
    { least: 100, weight: 0.3 },
    { least: 30, weight: 0.2 },
  ],
  /** The same for a port that worms seek. */
  sought: [{ least: 30, weight: 0.5 }],
  /** The sequential test says that it tries what it does not know, and the contacts have a host or a port in common. */
  failing: { weight: 0.8, contacts: 10, alike: 8 },
  /** Its own host: test suites and supervisors ask for many ports there. */
  loopback: 0.6,
  /** In a session without a terminal: at first each port is a new destination as well, which is one fact told twice. */
  session: 0.4,
  /** Ports from here on are handed out by kernels (ip_local_port_range): passive FTP, RPC and test suites ask for many. */
  handedOut: 32_768,
  doers: 512,
  /** Processes whose latest endpoints are at hand, so that one who asks for the same ones costs a look. */
  processes: 1024,
  latest: 64,
} as const;

/** Browsers, crawlers, mirrors' clients and resolvers ask thousands of hosts for these: http, https, QUIC, DNS and NTP. */
const EVERYBODYS_PORTS: ReadonlySet<number> = new Set([53, 80, 123, 443, 853]);
/** ssh, telnet, Windows' shares and desktops, VNC, Docker, and databases that trust their network. */
const SOUGHT_PORTS: ReadonlySet<number> = new Set([
  22, 23, 135, 139, 445, 1433, 2375, 3306, 3389, 5432, 5900, 6379, 9200, 11_211, 27_017,
]);
/** ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH: the other side is not there. Without a network of one's own (ENETUNREACH) nothing is known. */
const FAILURES: ReadonlySet<number> = new Set([-111, -110, -113]);
const SOCK_STREAM = 1;
const TCP = 6;

interface Doer {
  readonly contacts: FirstContacts;
  told: number;
}

interface Grade {
  readonly sort: "ports" | "hosts" | "failing";
  readonly weight: number;
  readonly what: string;
}

/**
 * Who asks for many ports of one host, or for one port on many hosts, most of all in vain: counted for a process and the
 * launchers above it, because a shell's loop is a process for each port. Sweeps that need no connect(2), of raw packets or
 * of datagrams, are not seen.
 */
export class ScanAgent extends RareFacts implements Agent {
  readonly name = "scan";
  readonly colony = "immune";
  readonly says = "notices a search for open ports: many ports of one host, or one port on many, most of them in vain";
  readonly wants: readonly EventKind[];
  private readonly doers = new Map<EntityKey, Doer>();
  private readonly latest = new Map<EntityKey, Set<string>>();

  constructor(depth: "light" | "full" = "light") {
    super();
    this.wants = depth === "full" ? ["connect", "connected"] : ["connect"];
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "connect") {
      if (event.protocol === undefined || event.protocol === TCP)
        this.onContact(processKey(event.process), event.to.address, event.to.port, undefined, event.cgroupId, context);
    } else if (event.kind === "connected") this.onOutcome(event, context);
  }

  private onOutcome(event: CallEvent, context: AgentContext): void {
    const socket = event.fd?.socket;
    const isFailure = FAILURES.has(event.result);
    if (event.address === undefined || socket?.type !== SOCK_STREAM || !(isFailure || event.result === 0)) return;
    if (socket.family !== "ipv4" && socket.family !== "ipv6") return;
    const { address, port } = event.address;
    this.onContact(processKey(event.process), address, port, !isFailure, event.cgroupId, context);
  }

  private onContact(
    by: EntityKey,
    host: string,
    port: number,
    isAnswered: boolean | undefined,
    cgroupId: number,
    context: AgentContext,
  ): void {
    if (!this.isNews(by, `${host}|${port}|${isAnswered === undefined ? "" : "o"}`)) return;
    const counts = { port: port < SCAN.handedOut, host: !EVERYBODYS_PORTS.has(port) };
    const answerable = answerableFor(by, context);
    for (const each of answerable) {
      const { contacts } = this.doerOf(each, context.nowMs);
      contacts.ask(host, port, counts, context.nowMs);
      if (isAnswered !== undefined) contacts.outcome(host, port, isAnswered);
    }
    for (const each of answerable) if (this.judge(each, cgroupId, context)) return;
  }

  /** Whether it is none of the latest contacts of the process. */
  private isNews(by: EntityKey, what: string): boolean {
    const latest = this.latest.get(by) ?? new Set<string>();
    if (latest.has(what)) return false;
    if (latest.size >= SCAN.latest) latest.clear();
    latest.add(what);
    this.latest.delete(by);
    this.latest.set(by, latest);
    dropOldest(this.latest, SCAN.processes);
    return true;
  }

  private doerOf(entity: EntityKey, nowMs: number): Doer {
    const doer = this.doers.get(entity) ?? { contacts: new FirstContacts(nowMs), told: 0 };
    this.doers.delete(entity);
    this.doers.set(entity, doer);
    dropOldest(this.doers, SCAN.doers);
    return doer;
  }

  /** True where it scans, whether that was told now or before. */
  private judge(entity: EntityKey, cgroupId: number, context: AgentContext): boolean {
    const doer = this.doerOf(entity, context.nowMs);
    const grade = gradeOf(doer.contacts);
    if (grade === undefined) {
      doer.told = 0;
      return false;
    }
    if (grade.weight <= doer.told || this.testimony.isLoud(entity, context.nowMs)) return true;
    // What was told already stands: only what the contacts say more is added.
    const more = { ...grade, weight: grade.weight - doer.told };
    doer.told = grade.weight;
    this.tell(entity, doer.contacts, more, cgroupId, context);
    return true;
  }

  private tell(
    entity: EntityKey,
    contacts: FirstContacts,
    grade: Grade,
    cgroupId: number,
    context: AgentContext,
  ): void {
    const record = context.processes.get(entity);
    const place = placeOf(record?.cgroup ?? "", cgroupId);
    const program = executableId(record?.path ?? "", record?.exe ?? "");
    const factor = this.habitFactor([place, program, grade.sort], entity, context);
    const standing = standingOf(entity, context);
    const part = standing === "session" ? SCAN.session : STANDING[standing].factor;
    const excuse = STANDING[standing].factor < 1 ? ` (counted less: ${STANDING[standing].why})` : "";
    const fact = {
      agent: this.name,
      kind: this.name,
      entity,
      weight: grade.weight * part,
      says: `${processName(context, entity)} ${grade.what} within ${contacts.seconds(context.nowMs)} s${excuse}`,
      numbers: {
        endpoints: contacts.size,
        failed: contacts.failed,
        ports: contacts.mostPorts.count,
        hosts: contacts.mostHosts.count,
      },
      // Of many contacts, of which the latest is one.
      deeds: [`search of the network by ${entity}`],
      techniques: grade.sort === "hosts" ? ["T1046", "T1018"] : ["T1046"],
    };
    this.tellRare([program, grade.sort, String(grade.weight)], factor, fact, context);
  }
}

/** The heaviest of what the contacts say; undefined where that is nothing. */
function gradeOf(contacts: FirstContacts): Grade | undefined {
  const { mostPorts, mostHosts, failed, size } = contacts;
  const grades: Grade[] = [];
  const onPorts = SCAN.ports.find(({ least }) => mostPorts.count >= least);
  if (onPorts !== undefined) {
    const factor = addressClass(mostPorts.host) === "loopback" ? SCAN.loopback : 1;
    const what = `asked for ${mostPorts.count} ports of ${printable(mostPorts.host, 64)}`;
    grades.push({ sort: "ports", weight: onPorts.weight * factor, what });
  }
  const onHosts = (SOUGHT_PORTS.has(mostHosts.port) ? SCAN.sought : SCAN.hosts).find(
    ({ least }) => mostHosts.count >= least,
  );
  if (onHosts !== undefined) {
    const what = `asked ${mostHosts.count} hosts for port ${mostHosts.port}`;
    grades.push({ sort: "hosts", weight: onHosts.weight, what });
  }
  const { failing } = SCAN;
  const isAlike = Math.max(mostPorts.count, mostHosts.count) >= failing.alike;
  if (contacts.isScanner && isAlike && size >= failing.contacts) {
    const what = `asked for ${size} endpoints that it had not asked for before, ${failed} of them in vain,`;
    grades.push({ sort: "failing", weight: failing.weight, what });
  }
  return grades.toSorted((a, b) => b.weight - a.weight)[0];
}
