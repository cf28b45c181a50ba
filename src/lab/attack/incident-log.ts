import type { Incident } from "../../core/incident.ts";
import type { RunningLayer } from "../layer.ts";
import type { Containment } from "./ground-truth.ts";

const CONTAINING = /^(freeze|net\.deny|exec\.deny|exec\.kill|kill\.)/;

/** All incidents of a run, each as it was last seen: status tells the latest few, which is cheaper to ask for than a list. */
export class IncidentLog {
  private readonly byId = new Map<string, Incident>();

  get all(): readonly Incident[] {
    return [...this.byId.values()];
  }

  /** Looks once; gives the containments that are in force on a group. */
  async look(layer: RunningLayer, group: string): Promise<readonly Containment[]> {
    const status = await layer.status();
    if (!status.ok) return [];
    this.take(status.value.incidents.latest);
    return status.value.leases
      .filter(({ cgroup, kind }) => cgroup === group && CONTAINING.test(kind))
      .map(({ kind, sinceMs, incident = "" }) => ({ kind, sinceMs, incident }));
  }

  /** The whole list, once at the end. */
  async lookAtAll(layer: RunningLayer): Promise<void> {
    const incidents = await layer.incidents();
    if (incidents.ok) this.take(incidents.value);
  }

  /** The guard's own alarms are about no process. */
  private take(incidents: readonly Incident[]): void {
    for (const incident of incidents) if (incident.lineage.length > 0) this.byId.set(incident.id, incident);
  }
}
