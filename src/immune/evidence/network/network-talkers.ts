import type { AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { natureOf } from "../../programs/ancestry.ts";
import { baseName } from "../../programs/executable.ts";
import { standingOf } from "../../programs/file-doers.ts";
import { SHELLS } from "../../programs/interpreters.ts";
import { dropOldest } from "../../bounded/oldest.ts";

const TALKERS = {
  processes: 2048,
  /** From a relay to its shell: it forks, and a launcher (sh -c, env, timeout) may stand between. */
  steps: 3,
} as const;

/** Who asked for a connection or took one, over IP: it may be a relay between a remote hand and the programs that it starts. */
export class NetworkTalkers {
  private readonly talks = new Map<EntityKey, string>();

  note(event: SensedEvent): void {
    if (event.kind === "connect") this.add(processKey(event.process), `${event.to.address} port ${event.to.port}`);
    else if ((event.kind === "accept" || event.kind === "dup") && event.result >= 0) {
      const remote = event.fd?.socket?.remote;
      const family = event.fd?.socket?.family;
      if (remote !== undefined && (family === "ipv4" || family === "ipv6"))
        this.add(processKey(event.process), `${remote.address} port ${remote.port}`);
    }
  }

  /** The nearest of the process and its ancestors that talks, with whom; undefined where a person's session comes first. */
  above(entity: EntityKey, context: Pick<AgentContext, "processes">): { relay: EntityKey; remote: string } | undefined {
    for (const { process, path } of context.processes.lineage(entity).slice(0, 1 + TALKERS.steps)) {
      const remote = this.talks.get(process);
      if (natureOf(path) === "seat") return undefined;
      if (remote !== undefined) return { relay: process, remote };
    }
    return undefined;
  }

  /**
   * The relay above a service's process, where a shell stands between the two or is the process: a remote hand may give the orders. A
   * program that starts others without one does its own work.
   */
  commanding(
    entity: EntityKey,
    context: Pick<AgentContext, "processes">,
  ): { relay: EntityKey; remote: string } | undefined {
    if (this.talks.size === 0 || standingOf(entity, context) !== "service") return undefined;
    const above = this.above(entity, context);
    if (above === undefined) return undefined;
    const steps = context.processes.lineage(entity);
    const at = steps.findIndex(({ process }) => process === above.relay);
    return steps.slice(0, at).some(({ path }) => SHELLS.has(baseName(path))) ? above : undefined;
  }

  private add(key: EntityKey, remote: string): void {
    this.talks.delete(key);
    this.talks.set(key, remote);
    dropOldest(this.talks, TALKERS.processes);
  }
}
