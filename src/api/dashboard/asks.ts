import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ErrorCode, Result } from "../../core/errors.ts";
import type { ProcessList } from "../../core/live.ts";
import type { ApiClient } from "../client.ts";
import { httpStatus, problem } from "../problem.ts";

/** Decisions of a person, carried out as the command line would for the same person. */
export interface People {
  /** For the record. */
  readonly name: string;
  approve(id: string): Promise<Result<{ readonly says: string }>>;
  /** Of a proposal or an incident. */
  dismiss(id: string): Promise<Result<{ readonly says: string }>>;
  undo(id: string): Promise<Result<{ readonly says: string }>>;
  restore(): Promise<Result<{ readonly says: string }>>;
}

const ID = ":id{[A-Za-z0-9._-]{1,64}}";
const LISTED = 200;
/** Many pages ask the same at the same time: one answer serves them. */
const SHARED_MS = 250;

type Change = (id: string) => Promise<Result<{ readonly says: string }>>;

/** What the page may ask beside its stream: a list of its own, of which each goes to the layer by name. */
export function createAsks(client: ApiClient, people: People): Hono {
  const asks = new Hono();
  const processes = shared((since: number) => client.processes(since));
  asks.get("/incidents", async (c) => give(c, await client.incidents(LISTED)));
  asks.get("/changes", async (c) => give(c, await client.changes(LISTED)));
  asks.get("/processes", async (c) => give(c, await processes(numberOf(c.req.query("since")))));
  asks.get("/memory", async (c) => give(c, await client.memories()));
  asks.get("/trails", async (c) => give(c, await client.trails()));
  asks.get("/profiles", async (c) => give(c, await client.profiles()));
  asks.get(`/explain/${ID}`, async (c) => give(c, await client.explain(c.req.param("id"))));

  const changes: Readonly<Record<string, Change>> = {
    approve: (id) => people.approve(id),
    dismiss: (id) => people.dismiss(id),
    undo: (id) => people.undo(id),
    confirm: (id) => client.confirm(id, people.name),
    reopen: (id) => client.reopen(id, people.name),
    "forget-memory": (id) => client.forget(id),
    "forget-trail": (id) => client.deleteTrail(id),
    "freeze-profile": (id) => client.changeProfile(id, "freeze"),
    "reset-profile": (id) => client.changeProfile(id, "reset"),
  };
  const limited = bodyLimit({ maxSize: 1024, onError: (c) => fail(c, "SW-USAGE", "nothing needs so long a request") });
  for (const [verb, change] of Object.entries(changes))
    asks.post(`/${verb}/${ID}`, limited, async (c) => give(c, await change(c.req.param("id"))));
  asks.post("/restore", limited, async (c) => give(c, await people.restore()));
  asks.notFound((c) => fail(c, "SW-NOT-FOUND", "the page asks nothing of that name"));
  return asks;
}

function give(c: Context, result: Result<object>): Response {
  return result.ok ? c.json(result.value) : fail(c, result.code, result.says);
}

export function fail(c: Context, code: ErrorCode, says: string): Response {
  return c.json(problem(code, says), httpStatus(code));
}

function numberOf(text = "0"): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

function shared(ask: (since: number) => Promise<Result<ProcessList>>): (since: number) => Promise<Result<ProcessList>> {
  const answers = new Map<number, Promise<Result<ProcessList>>>();
  return (since) => {
    const known = answers.get(since);
    if (known !== undefined) return known;
    const answer = ask(since);
    answers.set(since, answer);
    setTimeout(() => answers.delete(since), SHARED_MS).unref();
    return answer;
  };
}
