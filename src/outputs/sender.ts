import { Socket } from "node:net";
import { parseJson } from "../core/wire/codec.ts";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { type NumberedAnswer, type NumberedJob, SENDER_FRAME } from "../core/wire/sender.ts";
import { post } from "./post.ts";

/** Descriptor of the only channel: jobs come down, answers go up. */
const CHANNEL_FD = 3;

/**
 * The sender: hands what it is given to the servers that the configuration names, and says what became of it. It keeps
 * nothing: the queue is the warden's, so it may be ended at any instant. It may do nothing else: no file, no privilege, no
 * other process.
 */
export function runSender(): void {
  const channel = new Socket({ fd: CHANNEL_FD });
  const reader = new FrameReader();
  const encoder = new TextEncoder();
  const answer = (told: NumberedAnswer): void => {
    channel.write(encodeFrame(SENDER_FRAME.answer, encoder.encode(JSON.stringify(told))));
  };
  channel.on("data", (chunk: Buffer) => {
    const frames = reader.push(chunk);
    if (!frames.ok) return process.exit(1);
    for (const { type, payload } of frames.value) {
      const body = parseJson(payload);
      if (type !== SENDER_FRAME.post || !body.ok) return process.exit(1);
      const { number, ...job } = body.value as NumberedJob;
      post(job, (told) => answer({ ...told, number }));
    }
  });
  channel.on("error", () => process.exit(1));
  channel.on("close", () => process.exit(0));
}
