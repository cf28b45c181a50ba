import { connect, Socket } from "node:net";
import { decodeFromWarden, encodeMessage, type WardenMessage } from "../core/wire/codec.ts";
import { FrameReader } from "../core/wire/frame.ts";
import type { FromHive } from "../core/wire/messages.ts";

/** Descriptor of the channel where the warden has started this hive. */
const CHANNEL_FD = 3;

/** The hive's end of the only channel for messages between the two processes: a socket pair, or the warden's door. */
export interface WardenLink {
  send<K extends keyof FromHive>(name: K, body: FromHive[K]): void;
}

/**
 * `onEnd` is called once, when the warden is gone or talks nonsense: the hive has nothing to live for then. `door`: a hive
 * that the service manager has started knocks at this folder (warden/hive-door.ts).
 */
export function openWardenLink(
  onMessage: (message: WardenMessage) => void,
  onEnd: (why: string) => void,
  door?: string,
): WardenLink {
  const socket = door === undefined ? new Socket({ fd: CHANNEL_FD }) : connect(`${door}/channel.sock`);
  const reader = new FrameReader();
  let ended = false;
  const end = (why: string): void => {
    if (ended) return;
    ended = true;
    socket.destroy();
    onEnd(why);
  };
  socket.on("data", (chunk: Buffer) => {
    const frames = reader.push(chunk);
    if (!frames.ok) return end(frames.says);
    for (const frame of frames.value) {
      const message = decodeFromWarden(frame);
      if (!message.ok) return end(message.says);
      onMessage(message.value);
    }
  });
  socket.on("error", (error) => end(`connection to the warden failed: ${error.message}`));
  socket.on("close", () => end("the warden is gone"));
  return {
    send: (name, body) => {
      if (!ended) socket.write(encodeMessage(name, body));
    },
  };
}
