import type { AgentContext } from "../../../core/agent.ts";
import type { EntityKey } from "../../../core/entity.ts";
import type { Credentials } from "../../../core/event.ts";
import { hasPower } from "./capability-sets.ts";
import { dropOldest } from "../../bounded/oldest.ts";

export const STANDING = {
  processes: 16_384,
  /** A process that forked and did nothing else is what the nearest of these ancestors was. */
  steps: 4,
} as const;

/** What a process may do, as far as events told. */
export interface Standing {
  readonly uid: number;
  /** Root, or able to become it (capability-sets.ts). Whoever gave power up may have kept a way back, so it counts until the next exec. */
  readonly power: boolean;
  /** Its capabilities are those of a user namespace of its own, and nothing on the host. */
  readonly inNamespace: boolean;
}

/** Who has which rights; bounded. */
export class Standings {
  private readonly known = new Map<EntityKey, Standing>();

  set(key: EntityKey, standing: Standing): void {
    this.known.delete(key);
    this.known.set(key, standing);
    dropOldest(this.known, STANDING.processes);
  }

  /** Of the process before the event at hand, undefined where not known. At an exec its own record tells of what comes after. */
  before(key: EntityKey, isExec: boolean, context: Pick<AgentContext, "processes">): Standing | undefined {
    const own = this.known.get(key);
    if (own !== undefined) return own;
    for (const { process } of context.processes.lineage(key).slice(isExec ? 1 : 0, 1 + STANDING.steps)) {
      const known = this.known.get(process);
      if (known !== undefined) return known;
      const record = context.processes.get(process);
      if (record?.repaired === true) return undefined;
      if (record?.details !== undefined) return standingOf(record.details.credentials, false);
    }
    return undefined;
  }
}

export function standingOf(credentials: Credentials, inNamespace: boolean): Standing {
  return { uid: credentials.uid, power: hasPower(credentials), inNamespace };
}
