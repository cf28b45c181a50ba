import { request, type IncomingMessage } from "node:http";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import type { Memory } from "../core/memory.ts";
import type { ProfileInfo, ProfileList } from "../core/sequence-profile.ts";
import type { LiveDocument, ProcessList } from "../core/live.ts";
import type { ExplainedChange, Explanation, StatusDocument } from "../core/status.ts";
import type { Trail } from "../core/trail.ts";
import { isErrorCode } from "./problem.ts";
import { readEvents } from "./server-sent.ts";
import { ForeignSocketError, withSocket } from "./socket.ts";

/** From the question to the last byte of its answer. */
const DEADLINE_MS = 3000;
/** A stream without a frame or a sign of life for longer is dead. */
const SILENCE_MS = 40_000;
const MAX_BYTES = 16 << 20;

/**
 * Asks a running layer over its Unix socket. SW-NOT-RUNNING where nobody listens, SW-NO-ANSWER where somebody
 * does and keeps silent, SW-NEEDS-ROOT where it may not be asked.
 */
export class ApiClient {
  private readonly socketPath: string;
  private readonly deadlineMs: number;
  private readonly away: () => string | undefined;

  /** `away`: what is known of a layer that runs although nobody serves its socket; that is SW-NO-ANSWER then. */
  constructor(socketPath: string, deadlineMs = DEADLINE_MS, away: () => string | undefined = () => undefined) {
    this.socketPath = socketPath;
    this.deadlineMs = deadlineMs;
    this.away = away;
  }

  status(): Promise<Result<StatusDocument>> {
    return this.ask("GET", "/status");
  }

  incidents(limit: number): Promise<Result<readonly Incident[]>> {
    return this.ask("GET", `/incidents?limit=${limit}`);
  }

  incident(id: string): Promise<Result<Incident>> {
    return this.ask("GET", `/incidents/${encodeURIComponent(id)}`);
  }

  explain(id: string): Promise<Result<Explanation>> {
    return this.ask("GET", `/explain/${encodeURIComponent(id)}`);
  }

  undo(id: string, by: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/undo/${encodeURIComponent(id)}`, { by });
  }

  /** Says that an incident is nothing. */
  dismiss(id: string, by: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/dismiss/${encodeURIComponent(id)}`, { by });
  }

  /** Takes that back. */
  reopen(id: string, by: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/reopen/${encodeURIComponent(id)}`, { by });
  }

  /** Says that an incident is what it says. */
  confirm(id: string, by: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/confirm/${encodeURIComponent(id)}`, { by });
  }

  memories(): Promise<Result<readonly Memory[]>> {
    return this.ask("GET", "/memory");
  }

  forget(id: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/memory/${encodeURIComponent(id)}/forget`, {});
  }

  trails(): Promise<Result<readonly Trail[]>> {
    return this.ask("GET", "/trails");
  }

  deleteTrail(id: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/trails/${encodeURIComponent(id)}/delete`, {});
  }

  profiles(): Promise<Result<ProfileList>> {
    return this.ask("GET", "/sequences");
  }

  profile(id: string): Promise<Result<ProfileInfo & { readonly bits: string }>> {
    return this.ask("GET", `/sequences/${encodeURIComponent(id)}`);
  }

  changeProfile(id: string, verb: "freeze" | "reset"): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", `/sequences/${encodeURIComponent(id)}/${verb}`, {});
  }

  changes(limit: number): Promise<Result<readonly ExplainedChange[]>> {
    return this.ask("GET", `/changes?limit=${limit}`);
  }

  processes(since: number): Promise<Result<ProcessList>> {
    return this.ask("GET", `/processes?since=${since}`);
  }

  restore(by: string): Promise<Result<{ readonly says: string }>> {
    return this.ask("POST", "/restore", { by });
  }

  /** Every status document as it comes, until the signal or the layer ends it; then says why. */
  watch(onStatus: (status: StatusDocument) => void, signal: AbortSignal): Promise<Result<never>> {
    return this.follow("/stream", (document) => onStatus(document as StatusDocument), signal);
  }

  /** The same with what lies beneath the status. */
  watchLive(onLive: (live: LiveDocument) => void, signal: AbortSignal): Promise<Result<never>> {
    return this.follow("/live", (document) => onLive(document as LiveDocument), signal);
  }

  private async follow(
    path: string,
    onFrame: (document: unknown) => void,
    signal: AbortSignal,
  ): Promise<Result<never>> {
    const opened = await this.open("GET", path, undefined, signal);
    if (!opened.ok) return opened;
    const response = opened.value;
    try {
      if (response.statusCode !== 200) return refusal(parse(await readAll(response)));
      await readEvents(response, MAX_BYTES, (data) => onFrame(parse(data)));
      return failed("SW-NOT-RUNNING", `${this.socketPath}: the layer ended the connection`);
    } catch (error) {
      return this.broken(error);
    }
  }

  private async ask<T>(method: "GET" | "POST", path: string, body?: object): Promise<Result<T>> {
    const late = new AbortController();
    // One byte now and then is no answer either.
    const timer = setTimeout(() => late.abort(), this.deadlineMs);
    try {
      const opened = await this.open(method, path, body, late.signal);
      if (!opened.ok) return late.signal.aborted ? this.silent() : opened;
      const answer = parse(await readAll(opened.value));
      return opened.value.statusCode === 200 ? ok(answer as T) : refusal(answer);
    } catch (error) {
      return late.signal.aborted ? this.silent() : this.broken(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private async open(
    method: "GET" | "POST",
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<Result<IncomingMessage>> {
    try {
      const send = (socketPath: string): Promise<IncomingMessage> =>
        new Promise((resolve, reject) => {
          const headers = { "content-type": "application/json" };
          // A connection of its own: the path is one of a descriptor, which names another socket next time.
          const asked = request({ socketPath, method, path, headers, signal, agent: false }, resolve);
          asked.setTimeout(SILENCE_MS, () => asked.destroy(new Error("no sign of life")));
          asked.on("error", reject);
          asked.end(body === undefined ? undefined : JSON.stringify(body));
        });
      return ok(await withSocket(this.socketPath, send));
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === "EACCES" || errno === "EPERM") {
        return failed("SW-NEEDS-ROOT", `${this.socketPath} belongs to another user`);
      }
      return this.broken(error);
    }
  }

  private silent(): Result<never> {
    return failed("SW-NO-ANSWER", `${this.socketPath}: no whole answer within ${this.deadlineMs / 1000} s`);
  }

  private broken(error: unknown): Result<never> {
    const errno = errnoOf(error);
    const why = error instanceof ForeignSocketError ? error.message : (NOBODY[errno] ?? (errno || String(error)));
    const away = this.away();
    if (away !== undefined) return failed("SW-NO-ANSWER", `${this.socketPath}: ${why}; ${away}`);
    return failed("SW-NOT-RUNNING", `${this.socketPath}: ${why}`);
  }
}

const NOBODY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ECONNREFUSED: "nobody listens there",
};

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * The layer's unprivileged half writes these texts, and root's terminal shows them: whatever is not a
 * visible character becomes a question mark here, once, for everything that the client gives.
 */
function parse(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === "string") return inert(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [inert(key), inner]));
  });
}

function inert(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

function refusal(answer: unknown): Result<never> {
  const { code, says } = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>) : {};
  return failed(isErrorCode(code) ? code : "SW-INTERNAL", typeof says === "string" ? says : "an answer without words");
}
