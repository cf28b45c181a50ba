import type { AgentContext } from "../../../core/agent.ts";
import { endpointKey, fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { ConnectEvent, ExecEvent, SensedEvent } from "../../../core/event.ts";
import { executableId, isSystemPath } from "../../programs/executable.ts";
import { Interpreters } from "../../programs/interpreters.ts";
import { KnownPrograms } from "../../programs/known-programs.ts";
import { dropOldest } from "../../bounded/oldest.ts";

export const LONG = {
  /** A worker asks one pool, or one and its reserve; a server, a crawler and a browser ask many. */
  endpoints: 2,
  /** Connections in all: a pool that drops its worker is asked again, now and then. */
  connections: 6,
  processes: 1024,
} as const;

export interface Connected {
  readonly key: EntityKey;
  readonly endpoints: Set<string>;
  readonly firstMs: number;
  lastMs: number;
  connections: number;
  to: string;
}

/**
 * Processes of programs that this host does not know, which connected to next to nobody and have been silent since: whoever
 * has work to fetch from many, or starts other programs, is left out.
 */
export class LongConnections {
  private readonly strangers = new Map<EntityKey, string>();
  private readonly connected = new Map<EntityKey, Connected>();
  private readonly programs = new KnownPrograms();
  private readonly interpreters = new Interpreters();

  note(event: SensedEvent, context: AgentContext): void {
    const key = processKey(event.process);
    if (event.kind === "exit") this.forget(key);
    else if (event.kind === "exec") this.onExec(event, key, context);
    else if (event.kind === "connect") this.onConnect(event, key, context);
  }

  /** Those that did nothing but connect, `quietMs` ago or longer. */
  quiet(quietMs: number, nowMs: number): Connected[] {
    return [...this.connected.values()].filter(
      ({ endpoints, connections, lastMs }) =>
        endpoints.size <= LONG.endpoints && connections <= LONG.connections && nowMs - lastMs >= quietMs,
    );
  }

  remember(): unknown {
    return this.programs.remember();
  }

  recall(memory: unknown): void {
    this.programs.recall(memory);
  }

  private onExec(event: ExecEvent, key: EntityKey, context: AgentContext): void {
    this.forget(key);
    // Whoever starts other programs does not compute by itself.
    const parent = context.processes.get(key)?.parent ?? "";
    if (this.connected.has(parent)) this.forget(parent);
    const path = event.details?.exePath || event.path;
    const program = executableId(path, fileKey(event.exe));
    const isKnown = this.programs.note(program, context.wallMs);
    const isInMemory = event.details?.traits.memfd === true || event.details?.traits.deleted === true;
    const isInstalled = isSystemPath(path) && this.interpreters.sortOf(event) === "";
    if ((isKnown || isInstalled) && !isInMemory) return;
    this.strangers.set(key, program);
    dropOldest(this.strangers, LONG.processes);
  }

  private onConnect(event: ConnectEvent, key: EntityKey, context: AgentContext): void {
    if (!this.strangers.has(key)) return;
    const { nowMs } = context;
    const known = this.connected.get(key);
    const entry = known ?? { key, endpoints: new Set<string>(), firstMs: nowMs, lastMs: nowMs, connections: 0, to: "" };
    if (entry.endpoints.size <= LONG.endpoints) entry.endpoints.add(endpointKey(event.to));
    entry.connections++;
    entry.lastMs = nowMs;
    entry.to = `${event.to.address} port ${event.to.port}`;
    this.connected.delete(key);
    this.connected.set(key, entry);
    dropOldest(this.connected, LONG.processes);
  }

  private forget(key: EntityKey): void {
    this.strangers.delete(key);
    this.connected.delete(key);
  }
}
