import type { AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { answerableFor } from "../../programs/file-doers.ts";
import { dropOldest } from "../../bounded/oldest.ts";

const CONTACTS = {
  /** What came over a connection is used within minutes. */
  windowMs: 600_000,
  processes: 2048,
} as const;

/** Who spoke with the network lately: a process, and those that answer for it. Loopback counts: tunnels end there. */
export class NetworkContacts {
  private readonly atMs = new Map<EntityKey, number>();

  note(event: SensedEvent, context: AgentContext): void {
    if (event.kind !== "connect" && event.kind !== "accept") return;
    if (event.kind === "accept" && (event.result < 0 || event.fd?.socket?.family === "unix")) return;
    for (const each of answerableFor(processKey(event.process), context)) {
      this.atMs.delete(each);
      this.atMs.set(each, context.nowMs);
      dropOldest(this.atMs, CONTACTS.processes);
    }
  }

  has(entity: EntityKey, nowMs: number): boolean {
    const atMs = this.atMs.get(entity);
    return atMs !== undefined && nowMs - atMs < CONTACTS.windowMs;
  }
}
