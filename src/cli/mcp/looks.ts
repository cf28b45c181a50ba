import { z } from "zod";
import type { Result } from "../../core/errors.ts";
import type { StatusDocument } from "../../core/status.ts";
import type { AssistedLayer } from "./layer.ts";

/** Of each list in the status: an assistant that wants more asks for that list. */
const SHOWN = 20;

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

/** What can be seen: one tool each, and a resource where it needs no words from the asker. */
export interface Look {
  readonly title: string;
  readonly says: string;
  readonly input: z.ZodObject;
  /** The last part of the resource's address; none for what must be told an id. */
  readonly resource?: string;
  see(layer: AssistedLayer, input: Readonly<Record<string, unknown>>): Promise<Result<unknown>> | Result<unknown>;
}

const limit = z.int().min(1).max(100).default(SHOWN);

export const LOOKS = {
  status: {
    title: "State of the host",
    says: "What the layer sees and does now: modes, pressure, changes in force, signals, open incidents, what is lost or missing.",
    input: z.object({}),
    resource: "status",
    see: async (layer) => map(await layer.status(), shortStatus),
  },
  workloads: {
    title: "Workloads",
    says: "Groups of processes with their kind, target and latest readings (delays in nanoseconds, pressure in percent).",
    input: z.object({}),
    resource: "workloads",
    see: async (layer) => map(await layer.status(), ({ atMs, host, workloads }) => ({ atMs, host, workloads })),
  },
  incidents: {
    title: "Incidents",
    says: "What was found that does not belong on this host, the latest first.",
    input: z.object({ limit: limit.describe("how many at most") }),
    resource: "incidents",
    see: (layer, input) => layer.incidents(typeof input["limit"] === "number" ? input["limit"] : SHOWN),
  },
  explain: {
    title: "Explain a change or an incident",
    says: "All about a change (c-0017) or an incident (i-7k2m9q): what, why, evidence, from, to, until, how to undo it.",
    input: z.object({ id: id.describe("such as c-0017 or i-7k2m9q") }),
    see: (layer, input) => layer.explain(String(input["id"])),
  },
  waiting: {
    title: "What waits for approval",
    says: "Proposals that the layer would carry out if a person approved them.",
    input: z.object({}),
    resource: "waiting",
    see: (layer) => layer.waiting(),
  },
  history: {
    title: "History of changes",
    says: "The latest records of the journal in words, the oldest first: every change, its end, and what was refused. Without root only the changes, the latest first.",
    input: z.object({
      limit: limit.describe("how many at most"),
      change: id.optional().describe("only this change, such as c-0017"),
    }),
    resource: "history",
    see: (layer, input) =>
      layer.history(
        typeof input["limit"] === "number" ? input["limit"] : SHOWN,
        typeof input["change"] === "string" ? input["change"] : undefined,
      ),
  },
} as const satisfies Record<string, Look>;

function shortStatus(status: StatusDocument): unknown {
  const { workloads, signals, intentions, agents, sensors: _, ...rest } = status;
  return {
    ...rest,
    workloads: workloads.map(({ name, kind }) => ({ name, kind })),
    signals: signals.slice(0, SHOWN),
    intentions: intentions.slice(0, SHOWN),
    agents: agents.map(({ name }) => name),
    incidents: { open: status.incidents.open, latest: status.incidents.latest.map((each) => each.id) },
  };
}

function map<T, U>(result: Result<T>, to: (value: T) => U): Result<U> {
  return result.ok ? { ok: true, value: to(result.value) } : result;
}
