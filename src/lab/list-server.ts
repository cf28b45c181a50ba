import { createServer } from "node:net";
import { CommandReader, encodeCommand } from "./resp.ts";

/**
 * A small list server for hosts without redis-server: PING, DEL, RPUSH and `SORT key LIMIT from count`
 * over RESP on the Unix socket named by the first argument. Run as a program.
 */
const [, , socketPath] = process.argv;
const MAX_ITEMS = 100_000;
const lists = new Map<string, number[]>();

const server = createServer((socket) => {
  const reader = new CommandReader();
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    try {
      const replies = reader.push(chunk).map(answer);
      if (replies.length > 0) socket.write(replies.join(""));
    } catch {
      socket.end("-ERR protocol\r\n");
    }
  });
});
server.listen(socketPath);

function answer([name = "", key = "", ...rest]: readonly string[]): string {
  const list = lists.get(key) ?? [];
  switch (name.toUpperCase()) {
    case "PING":
      return "+PONG\r\n";
    case "DEL":
      return `:${lists.delete(key) ? 1 : 0}\r\n`;
    case "RPUSH":
      if (list.length + rest.length > MAX_ITEMS) return "-ERR full\r\n";
      lists.set(key, [...list, ...rest.map(Number)]);
      return `:${list.length + rest.length}\r\n`;
    case "SORT": {
      const [from, count] = [Number(rest[1] ?? 0), Number(rest[2] ?? list.length)];
      const sorted = list.toSorted((a, b) => a - b).slice(from, from + count);
      return encodeCommand(...sorted.map(String)).toString();
    }
    default:
      return "-ERR unknown command\r\n";
  }
}
