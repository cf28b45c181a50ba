import type { PostJob } from "../core/wire/sender.ts";

export const JOB: PostJob = { url: "http://siem.test/", id: "i-1", text: "{}", timeoutMs: 1000, version: "1" };

/** A sender that does what the test says with the number of the first job (`n`): `say(body)` is a frame of an answer. */
export const program = (body: string): string => `
  const socket = new (require("node:net").Socket)({ fd: 3 });
  const say = (told, type = 2) => {
    const text = Buffer.from(typeof told === "string" ? told : JSON.stringify(told)), head = Buffer.alloc(5);
    head.writeUInt32LE(text.length + 1, 0); head[4] = type;
    socket.write(Buffer.concat([head, text]));
  };
  socket.on("error", () => {}); socket.on("close", () => process.exit(0));
  socket.once("data", (bytes) => { const n = JSON.parse(bytes.subarray(5, 4 + bytes.readUInt32LE(0))).number; ${body} });`;
