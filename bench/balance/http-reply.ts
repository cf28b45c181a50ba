/** What a client of a service needs of its answers: where each ends, and whether it is the right one. */
export interface ReplyCutter {
  /** Answers completed by this piece of the stream, each with whether it is an error. Throws on what is no answer. */
  push(chunk: Buffer): { readonly error: boolean }[];
}

const HEAD_END = Buffer.from("\r\n\r\n");
const MAX_HEAD = 16_384;
const MAX_BODY = 1 << 24;

/** Answers of HTTP/1.1 that say their length, as a server gives for files (RFC 9112, 6.2). */
export class HttpReplyReader implements ReplyCutter {
  private rest: Buffer = Buffer.alloc(0);
  /** Bytes of a body that are still to come, and whether its answer is an error. */
  private missing = 0;
  private error = false;

  push(chunk: Buffer): { readonly error: boolean }[] {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const replies: { error: boolean }[] = [];
    for (;;) {
      if (this.missing > 0) {
        const eaten = Math.min(this.missing, data.length);
        this.missing -= eaten;
        data = data.subarray(eaten);
        if (this.missing > 0) break;
        replies.push({ error: this.error });
      }
      const end = data.indexOf(HEAD_END);
      if (end < 0) break;
      const head = data.toString("latin1", 0, end);
      data = data.subarray(end + HEAD_END.length);
      this.error = !head.startsWith("HTTP/1.1 200 ");
      this.missing = lengthIn(head);
      if (this.missing === 0) replies.push({ error: this.error });
    }
    if (this.missing === 0 && data.length > MAX_HEAD) throw new Error("not an HTTP answer");
    this.rest = data;
    return replies;
  }
}

function lengthIn(head: string): number {
  const length = Number(/\r\ncontent-length: *(\d{1,8})(?:\r\n|$)/i.exec(head)?.[1] ?? Number.NaN);
  if (!(length <= MAX_BODY)) throw new Error("an HTTP answer without its length");
  return length;
}
