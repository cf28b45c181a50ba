/**
 * The part of the Redis serialization protocol (RESP2) that the lab speaks: arrays of bulk strings as
 * commands; simple strings, errors, integers and bulk strings as replies.
 */
export function encodeCommand(...parts: readonly string[]): Buffer {
  return Buffer.from(
    `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`,
  );
}

export interface Reply {
  readonly error: boolean;
}

const CR = 13;
const MAX_BULK = 1 << 20;

/** Cuts a byte stream, in whatever pieces it comes, into replies. Throws on what is not RESP. */
export class ReplyReader {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Reply[] {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const replies: Reply[] = [];
    let at = 0;
    for (;;) {
      const end = replyEnd(data, at);
      if (end === undefined) break;
      replies.push({ error: data[at] === 0x2d });
      at = end;
    }
    this.rest = data.subarray(at);
    return replies;
  }
}

function replyEnd(data: Buffer, at: number): number | undefined {
  const line: number | undefined = lineEnd(data, at);
  if (line === undefined) return undefined;
  const type = String.fromCharCode(data[at] ?? 0);
  if (type === "+" || type === "-" || type === ":") return line;
  if (type === "*") return arrayEnd(data, line, lengthAt(data, at, line));
  if (type !== "$") throw new Error(`not a RESP reply: ${JSON.stringify(type)}`);
  const size = lengthAt(data, at, line);
  if (size === -1) return line;
  const end = line + size + 2;
  return end <= data.length ? end : undefined;
}

/** An array of anything but arrays, as simple commands answer. */
function arrayEnd(data: Buffer, start: number, length: number): number | undefined {
  let at: number | undefined = start;
  for (let left = length; left > 0 && at !== undefined; left--) {
    if (data[at] === 0x2a) throw new Error("not a flat RESP array");
    at = replyEnd(data, at);
  }
  return at;
}

/** Cuts a byte stream into commands, each an array of words. Throws on what is not RESP. */
export class CommandReader {
  private rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): string[][] {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const commands: string[][] = [];
    let at = 0;
    for (;;) {
      const command = commandAt(data, at);
      if (command === undefined) break;
      commands.push(command.words);
      at = command.end;
    }
    this.rest = data.subarray(at);
    return commands;
  }
}

function commandAt(data: Buffer, start: number): { words: string[]; end: number } | undefined {
  let at = lineEnd(data, start);
  if (at === undefined) return undefined;
  if (data[start] !== 0x2a) throw new Error("not a RESP command");
  const words: string[] = [];
  for (let left = lengthAt(data, start, at); left > 0; left--) {
    const line: number | undefined = lineEnd(data, at);
    if (line === undefined) return undefined;
    if (data[at] !== 0x24) throw new Error("not a RESP bulk string");
    const size = lengthAt(data, at, line);
    if (line + size + 2 > data.length) return undefined;
    words.push(data.toString("utf8", line, line + size));
    at = line + size + 2;
  }
  return { words, end: at };
}

/** Index after the CR LF that ends the line, undefined where it has not come yet. */
function lineEnd(data: Buffer, at: number): number | undefined {
  const cr = data.indexOf(CR, at);
  return cr < 0 || cr + 1 >= data.length ? undefined : cr + 2;
}

function lengthAt(data: Buffer, at: number, line: number): number {
  const size = Number(data.toString("latin1", at + 1, line - 2));
  if (!Number.isInteger(size) || size < -1 || size > MAX_BULK) throw new Error("not a RESP length");
  return size;
}
