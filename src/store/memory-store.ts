import { failed, ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import { printable } from "../core/printable.ts";
import { fromJson, rowLimit, toJson } from "./json-text.ts";
import { STORE_LIMITS, type Store, type StoreNotice } from "./store-port.ts";

/** The store without a disk: for the rootless arrangement where no folder can be written, and for tests. */
export function createMemoryStore(limits: { readonly rows: number } = STORE_LIMITS): Store {
  const memory = new Map<string, string>();
  const incidents = new Map<string, Incident>();
  const changes = new Map<string, string>();
  const trails = new Map<string, string>();
  const notices: readonly StoreNotice[] = [];

  const latestIncidents = (): Incident[] => [...incidents.values()].toSorted((a, b) => b.lastMs - a.lastMs);

  return {
    notices,
    saveMemory(agent, value): Result<void> {
      const text = toJson(`memory of ${agent}`, value, STORE_LIMITS.memoryChars);
      if (!text.ok) return text;
      if (!memory.has(agent) && memory.size >= STORE_LIMITS.agents) {
        return failed("SW-STORE-LARGE", `more than ${STORE_LIMITS.agents} agents`);
      }
      memory.set(agent, text.value);
      return ok(undefined);
    },
    loadMemory: (agent) => fromJson(memory.get(agent)),
    putIncident(incident): Result<void> {
      const text = toJson(`incident ${incident.id}`, incident, STORE_LIMITS.rowChars);
      if (!text.ok) return text;
      const status = incidents.get(incident.id)?.status === "dismissed" ? "dismissed" : incident.status;
      incidents.set(incident.id, { ...(JSON.parse(text.value) as Incident), status });
      if (incidents.size > limits.rows) {
        const oldest = latestIncidents().at(-1);
        if (oldest !== undefined) incidents.delete(oldest.id);
      }
      return ok(undefined);
    },
    incident: (id) => incidents.get(id),
    incidents: (limit) => latestIncidents().slice(0, rowLimit(limit, limits.rows)),
    openIncidents: () => [...incidents.values()].filter((incident) => incident.status === "open").length,
    dismissIncident(id): Result<void> {
      const incident = incidents.get(id);
      if (incident === undefined) return failed("SW-NOT-FOUND", `no incident is called ${printable(id, 64)}`);
      incidents.set(id, { ...incident, status: "dismissed" });
      return ok(undefined);
    },
    reopenIncident(id): Result<void> {
      const incident = incidents.get(id);
      if (incident === undefined) return failed("SW-NOT-FOUND", `no incident is called ${printable(id, 64)}`);
      incidents.set(id, { ...incident, status: "open" });
      return ok(undefined);
    },
    putChange(id, change): Result<void> {
      const text = toJson(`change ${id}`, change, STORE_LIMITS.rowChars);
      if (!text.ok) return text;
      changes.set(id, text.value);
      if (changes.size > limits.rows) {
        const oldest = changes.keys().next();
        if (!oldest.done) changes.delete(oldest.value);
      }
      return ok(undefined);
    },
    change: (id) => fromJson(changes.get(id)),
    changes: (limit) => {
      const count = rowLimit(limit, limits.rows);
      return count === 0 ? [] : [...changes.values()].slice(-count).toReversed().map(fromJson);
    },
    putTrail(id, trail): Result<void> {
      const text = toJson(`trail ${id}`, trail, STORE_LIMITS.rowChars);
      if (!text.ok) return text;
      trails.delete(id);
      trails.set(id, text.value);
      const oldest = trails.keys().next();
      if (trails.size > STORE_LIMITS.trails && !oldest.done) trails.delete(oldest.value);
      return ok(undefined);
    },
    trails: () => [...trails.values()].toReversed().map(fromJson),
    deleteTrail: (id) =>
      trails.delete(id) ? ok(undefined) : failed("SW-NOT-FOUND", `no trail is called ${printable(id, 64)}`),
    close() {},
  };
}
