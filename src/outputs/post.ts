import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as http } from "node:http";
import { Agent as HttpsAgent, request as https } from "node:https";
import { printable } from "../core/printable.ts";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";

/** Of an answer no more is read: nothing in it is used. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** A server may ask for patience, but not for ever. */
const MAX_AFTER_MS = 3_600_000;
/** Refused for what is in them: the same again would be refused again (RFC 9110, 15.5). */
const REFUSED: ReadonlySet<number> = new Set([400, 405, 406, 409, 410, 411, 413, 414, 415, 422]);

const agents = {
  http: new HttpAgent({ keepAlive: true, maxSockets: 4 }),
  https: new HttpsAgent({ keepAlive: true, maxSockets: 4 }),
} as const;

/** One POST; `end` is called once, in time. Redirects are not followed: they lead where nobody named. */
export function post(job: PostJob, end: (answer: PostAnswer) => void): void {
  let done = false;
  let late: NodeJS.Timeout | undefined;
  const finish = (answer: PostAnswer): void => {
    clearTimeout(late);
    if (!done) end(answer);
    done = true;
  };
  const isSecure = job.url.startsWith("https:");
  const body = Buffer.from(job.text);
  const options: RequestOptions & { ca?: string } = {
    method: "POST",
    agent: isSecure ? agents.https : agents.http,
    headers: {
      "content-type": "application/json",
      "content-length": body.length,
      "user-agent": `swarms-layer/${job.version}`,
      // What was delivered twice can be told by it (draft-ietf-httpapi-idempotency-key-header).
      "idempotency-key": `"${job.id}"`,
      ...(job.token !== undefined && { authorization: `Bearer ${job.token}` }),
    },
    ...(job.ca !== undefined && { ca: job.ca }),
  };
  let answered = false;
  const take = (response: IncomingMessage): void => {
    answered = true;
    let bytes = 0;
    response.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_ANSWER_BYTES) response.destroy();
    });
    // Taken is what was answered for in full, or with more than anybody wants to read.
    response.on("close", () =>
      finish(response.complete || bytes > MAX_ANSWER_BYTES ? answerOf(response) : later("the answer broke off")),
    );
  };
  try {
    const asked = isSecure ? https(job.url, options, take) : http(job.url, options, take);
    late = setTimeout(() => {
      finish(later(`no answer in ${job.timeoutMs / 1000} s`));
      asked.destroy();
    }, job.timeoutMs);
    asked.on("error", (error) => finish(later(printable(error.message, 200))));
    // The request closes before what came back on it does.
    asked.on("close", () => answered || finish(later("the connection was closed")));
    asked.end(body);
  } catch (error) {
    // A header or address that Node does not take.
    finish(later(printable(error instanceof Error ? error.message : String(error), 200)));
  }
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage): PostAnswer {
  if (status >= 200 && status < 300) return { result: "taken", says: "" };
  const says = `HTTP ${status}`;
  if (REFUSED.has(status)) return { result: "refused", says };
  const seconds = Number(headers["retry-after"]);
  const afterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_AFTER_MS) : undefined;
  return { result: "later", says, ...(afterMs !== undefined && { afterMs }) };
}

function later(says: string): PostAnswer {
  return { result: "later", says };
}
