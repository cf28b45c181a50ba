import { Socket } from "node:net";
import { parseJson } from "../core/wire/codec.ts";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import {
  type NumberedAnswer,
  type NumberedJob,
  type PluginCode,
  type PostAnswer,
  SENDER_FRAME,
} from "../core/wire/sender.ts";
import { PluginOutputs } from "./plugin-call.ts";
import { post } from "./post.ts";

/** Descriptor of the only channel: jobs come down, answers go up. */
const CHANNEL_FD = 3;

/**
 * The sender: hands what it is given to the servers and plugins that the configuration names, and says what became of it. It keeps
 * nothing: the queue is the warden's, so it may be ended at any instant. It may do nothing else: no file, no privilege, no
 * other process.
 */
export function runSender(): void {
  const channel = new Socket({ fd: CHANNEL_FD });
  const reader = new FrameReader();
  const encoder = new TextEncoder();
  const plugins = new PluginOutputs();
  const answer = (told: NumberedAnswer): void => {
    channel.write(encodeFrame(SENDER_FRAME.answer, encoder.encode(JSON.stringify(told))));
  };
  const deliver = ({ number, ...job }: NumberedJob): void => {
    const end = (told: PostAnswer): void => answer({ ...told, number });
    if (job.plugin === undefined) post(job, end);
    else plugins.deliver(job, end);
  };
  // What a plugin left behind, and nobody waits for, must not end the process.
  process.on("unhandledRejection", () => {});
  channel.on("data", (chunk: Buffer) => {
    const frames = reader.push(chunk);
    if (!frames.ok) return process.exit(1);
    for (const { type, payload } of frames.value) {
      const body = parseJson(payload);
      if (!body.ok) return process.exit(1);
      if (type === SENDER_FRAME.plugin) plugins.take(body.value as PluginCode);
      else if (type === SENDER_FRAME.post) deliver(body.value as NumberedJob);
      else return process.exit(1);
    }
  });
  channel.on("error", () => process.exit(1));
  channel.on("close", () => process.exit(0));
}
