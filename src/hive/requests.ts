import type { Answer } from "../core/wire/messages.ts";

const MAX_WAITING = 64;

/** Requests to the warden that wait for their answer; each ends by an answer or by its time-out. */
export class Requests {
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly timeoutMs: number;
  private sequence = 0;

  constructor(timeoutMs = 5000) {
    this.timeoutMs = timeoutMs;
  }

  ask(send: (request: string) => void): Promise<Answer> {
    const request = `r-${++this.sequence}`;
    if (this.waiting.size >= MAX_WAITING) return Promise.resolve(noAnswer(request, "too many requests are waiting"));
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(noAnswer(request, "the warden did not answer in time")), this.timeoutMs);
      const finish = (answer: Answer): void => {
        clearTimeout(timer);
        this.waiting.delete(request);
        resolve(answer);
      };
      this.waiting.set(request, finish);
      send(request);
    });
  }

  take(answer: Answer): void {
    this.waiting.get(answer.request)?.(answer);
  }
}

function noAnswer(request: string, says: string): Answer {
  return { request, ok: false, code: "SW-NOT-RUNNING", says };
}
