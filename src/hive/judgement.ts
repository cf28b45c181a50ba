import type { Incident } from "../core/incident.ts";
import type { Answer } from "../core/wire/messages.ts";
import type { Store } from "../store/store.ts";

interface Ports {
  readonly store: Pick<Store, "incident" | "dismissIncident" | "reopenIncident" | "putIncident">;
  /** Changes in force that were made for the incident. */
  readonly held: readonly string[];
  /** For the agents, which learn from it. */
  told(incident: Incident): void;
  undo(action: string): Promise<Answer>;
}

const WORDS = {
  dismissed: (id: string) =>
    `${id} is dismissed: more of the same is only counted; \`swarms undo ${id}\` takes that back`,
  open: (id: string) => `${id} is open again`,
} as const;

/**
 * A person's word about an incident. It teaches the hive and nothing else: the guard's rules, its alarms and the
 * journal do not change by it, so whoever may read the layer's socket may say it.
 */
export async function judgeIncident(ports: Ports, id: string, status: Incident["status"]): Promise<Answer> {
  const { store } = ports;
  const done = status === "dismissed" ? store.dismissIncident(id) : store.reopenIncident(id);
  if (!done.ok) return { request: id, ok: false, code: done.code, says: done.says };
  const incident = store.incident(id);
  if (incident !== undefined) ports.told(incident);
  const undone = status === "dismissed" ? await Promise.all(ports.held.map((action) => ports.undo(action))) : [];
  const says = [WORDS[status](id), ...undone.map((answer) => answer.says)].join("; ");
  const refused = undone.find((answer) => !answer.ok);
  return { request: id, ok: refused === undefined, code: refused?.code ?? "", says };
}

/** A person says that an incident is what it says: its like is recognised at once. What was dismissed is open again. */
export function confirmIncident({ store, told }: Pick<Ports, "store" | "told">, id: string): Answer {
  const opened = store.reopenIncident(id);
  const incident = store.incident(id);
  if (!opened.ok || incident === undefined) {
    const says = opened.ok ? `incident ${id} cannot be read` : opened.says;
    return { request: id, ok: false, code: "SW-NOT-FOUND", says };
  }
  const confirmed: Incident = { ...incident, status: "open", confirmed: true };
  const kept = store.putIncident(confirmed);
  if (!kept.ok) return { request: id, ok: false, code: kept.code, says: kept.says };
  told(confirmed);
  return { request: id, ok: true, code: "", says: `${id} is confirmed: its like is recognised at once from now on` };
}
