import { failed, ok, type Result } from "../core/errors.ts";
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
 * A person's word about an incident, `by` whom it is as they say. It teaches the hive and nothing else: the guard's rules, its
 * alarms and the journal do not change by it, so whoever may read the layer's socket may say it.
 */
export async function judgeIncident(ports: Ports, id: string, status: Incident["status"], by: string): Promise<Answer> {
  const before = status === "open" ? ports.store.incident(id) : undefined;
  if (before?.status === "open") return { request: id, ok: false, code: "SW-NOT-FOUND", says: notDismissed(before) };
  const judged = keep(ports, id, { status, judgedBy: by });
  if (!judged.ok) return { request: id, ok: false, code: judged.code, says: judged.says };
  const undone = status === "dismissed" ? await Promise.all(ports.held.map((action) => ports.undo(action))) : [];
  const says = [WORDS[status](id), ...undone.map((answer) => answer.says)].join("; ");
  const refused = undone.find((answer) => !answer.ok);
  return { request: id, ok: refused === undefined, code: refused?.code ?? "", says };
}

/** To be told that it is open again would be taken for more: what a confirmation taught goes on. */
function notDismissed({ id, confirmed }: Incident): string {
  const now = confirmed ? `confirmed, which \`swarms memory forget ${id}\` takes back` : "open";
  return `no dismissal of ${id} is in force: it is ${now}`;
}

/** A person says that an incident is what it says: its like is recognised at once. What was dismissed is open again. */
export function confirmIncident(ports: Pick<Ports, "store" | "told">, id: string, by: string): Answer {
  const confirmed = keep(ports, id, { status: "open", confirmed: true, judgedBy: by });
  if (!confirmed.ok) return { request: id, ok: false, code: confirmed.code, says: confirmed.says };
  return { request: id, ok: true, code: "", says: `${id} is confirmed: its like is recognised at once from now on` };
}

type Word = Pick<Incident, "status" | "confirmed" | "judgedBy">;

/** Kept with the incident, then told. */
function keep({ store, told }: Pick<Ports, "store" | "told">, id: string, word: Word): Result<void> {
  const marked = word.status === "dismissed" ? store.dismissIncident(id) : store.reopenIncident(id);
  if (!marked.ok) return marked;
  const incident = store.incident(id);
  if (incident === undefined) return failed("SW-NOT-FOUND", `incident ${id} cannot be read`);
  const judged: Incident = { ...incident, ...word };
  const kept = store.putIncident(judged);
  if (!kept.ok) return kept;
  told(judged);
  return ok(undefined);
}
