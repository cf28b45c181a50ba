import { HOST } from "../core/entity.ts";
import { type AlarmInfo, ALARMS, type GuardInfo } from "../core/guard-info.ts";
import type { Incident } from "../core/incident.ts";
import { dropOldest } from "../immune/bounded/oldest.ts";

const MAX_ALARMS = 64;

/** Tells which of the guard's alarms are new, or were repeated. */
export class AlarmNews {
  private readonly counts = new Map<string, number>();

  news({ alarms }: GuardInfo): Incident[] {
    return alarms.flatMap((alarm) => {
      if (this.counts.get(alarm.id) === alarm.count) return [];
      this.counts.set(alarm.id, alarm.count);
      dropOldest(this.counts, MAX_ALARMS);
      return [incidentOf(alarm)];
    });
  }
}

/** What the guard raised, as an incident: about the layer itself, so about no process, and never contained. */
export function incidentOf({ id, alarm, sinceMs, lastMs, count, agents, latest }: AlarmInfo): Incident {
  const { code, says } = ALARMS[alarm];
  const kind = `guard ${alarm}`;
  const who = agents.length === 0 ? "" : ` Asked for by ${agents.join(", ")}.`;
  return {
    id: `i-${id}`,
    atMs: sinceMs,
    lastMs,
    entity: HOST,
    concentration: 0,
    kinds: [kind],
    evidence: [{ atMs: lastMs, agent: "guard", kind, entity: HOST, weight: 0, says: latest, numbers: { count } }],
    lineage: [],
    says: `The guard says: ${says} (${code}).${who} The latest: ${latest}`,
    count,
    status: "open",
  };
}
