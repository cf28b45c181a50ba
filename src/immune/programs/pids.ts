import type { AgentContext } from "../../core/agent.ts";
import { parseEntityKey, processKey, type EntityKey } from "../../core/entity.ts";
import type { SensedEvent } from "../../core/event.ts";
import { dropOldest } from "../bounded/oldest.ts";

/** Far more than run at once on most hosts; who is forgotten is taken for a stranger. */
const PIDS = 16_384;

/** Which process a pid of the host means now, of those that began while it was watched. */
export class Pids {
  private readonly keys = new Map<number, EntityKey>();

  note(event: SensedEvent): void {
    if (event.kind === "fork") {
      this.keys.delete(event.child.pid);
      this.keys.set(event.child.pid, processKey(event.child));
      dropOldest(this.keys, PIDS);
    } else if (event.kind === "exit") this.keys.delete(event.process.pid);
  }

  get(pid: number): EntityKey | undefined {
    return this.keys.get(pid);
  }

  /** Whether the process is `of` itself, or came of it. */
  isOwn(pid: number, of: EntityKey, context: Pick<AgentContext, "processes">): boolean {
    const self = parseEntityKey(of);
    if (self?.kind === "process" && self.pid === pid) return true;
    const key = this.keys.get(pid);
    return key !== undefined && context.processes.lineage(key).some(({ process }) => process === of);
  }
}
