/** What a client of a service needs of its answers: where each ends, and whether it is the right one. */
export interface ReplyCutter {
  /** Answers completed by this piece of the stream, each with whether it is an error. Throws on what is no answer. */
  push(chunk: Buffer): { readonly error: boolean }[];
}

const HEAD_END = "\r\n\r\n";
const LINE_END = "\r\n";
const MAX_HEAD = 16_384;
const MAX_BODY = 1 << 24;

/** What comes next: a head, a body (or chunk) of so many bytes, the line before a chunk, or the empty line after the last. */
type State = "head" | "body" | "size" | "data" | "end";

/** Answers of HTTP/1.1 that say their length or come in chunks, without trailers (RFC 9112, 6 and 7.1). */
export class HttpReplyReader implements ReplyCutter {
  private rest: Buffer = Buffer.alloc(0);
  private state: State = "head";
  /** Bytes still to come, in "body", "data" and "end". */
  private missing = 0;
  private error = false;

  push(chunk: Buffer): { readonly error: boolean }[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const replies: { error: boolean }[] = [];
    while (this.step()) if (this.state === "head") replies.push({ error: this.error });
    return replies;
  }

  /** One piece further, where all of it is there. */
  private step(): boolean {
    if (this.state === "head") return this.readHead();
    if (this.state === "size") return this.readSize();
    const eaten = Math.min(this.missing, this.rest.length);
    this.rest = this.rest.subarray(eaten);
    this.missing -= eaten;
    if (this.missing > 0) return false;
    this.state = this.state === "data" ? "size" : "head";
    return true;
  }

  private readHead(): boolean {
    const head = this.line(HEAD_END);
    if (head === undefined) return false;
    this.error = !head.startsWith("HTTP/1.1 200 ");
    const chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    this.state = chunked ? "size" : "body";
    if (!chunked) this.missing = bounded(Number(/\r\ncontent-length: *(\d{1,8})(?:\r\n|$)/i.exec(head)?.[1]));
    return true;
  }

  private readSize(): boolean {
    const line = this.line(LINE_END);
    if (line === undefined) return false;
    const size = bounded(/^[0-9a-f]{1,7}$/i.test(line) ? Number.parseInt(line, 16) : Number.NaN);
    this.state = size === 0 ? "end" : "data";
    this.missing = size + LINE_END.length;
    return true;
  }

  private line(end: string): string | undefined {
    const at = this.rest.indexOf(end);
    if (at < 0 && this.rest.length > MAX_HEAD) throw new Error("not an HTTP answer");
    if (at < 0) return undefined;
    const text = this.rest.toString("latin1", 0, at);
    this.rest = this.rest.subarray(at + end.length);
    return text;
  }
}

function bounded(length: number): number {
  if (!(length <= MAX_BODY)) throw new Error("an HTTP answer without its length");
  return length;
}
