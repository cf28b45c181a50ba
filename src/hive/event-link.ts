import { connect, Socket } from "node:net";
import { RecordIntake } from "./record-intake.ts";

/** Milliseconds of work before everything else gets its turn: "alive" is due twice a second, and people wait for the API. */
const TURN_MS = 5;

const EVENTS_FD = 4;

export interface EventLink {
  close(): void;
}

interface Options {
  /** Where the warden writes the ring: the pipe on descriptor 4, or a connection to its door. */
  readonly door: string | undefined;
  /** Takes the whole records at the beginning of `bytes`; says how many bytes they are. */
  take(bytes: Uint8Array): number;
  /** The pipe ended, or brought nonsense. */
  onEnd(why: string): void;
}

/**
 * Reads events from the pipe, and not faster than they are taken: while the hive is behind they stay in the pipe,
 * then in the ring, where the kernel keeps room for what must not be missed.
 */
export function openEventLink({ door, take, onEnd }: Options): EventLink {
  const intake = new RecordIntake({ take, nowMs: () => performance.now() });
  let ended = false;
  const end = (why: string): void => {
    if (ended) return;
    ended = true;
    socket.destroy();
    onEnd(why);
  };
  const work = (): boolean => {
    const turn = ended ? "done" : intake.work(TURN_MS);
    if (turn === "broken") end("the events make no sense");
    if (turn === "more") setImmediate(again);
    return turn === "done";
  };
  const again = (): void => {
    if (work() && !ended) socket.resume();
  };
  const onread = {
    buffer: intake.memory,
    callback: (count: number): boolean => {
      intake.read(count);
      const done = work();
      // Where a read was full there is more: libuv would go on reading without a look at anything else.
      if (done && count === intake.memory.length) setImmediate(() => !ended && socket.resume());
      return done && count < intake.memory.length;
    },
  };
  const socket =
    door === undefined
      ? new Socket({ fd: EVENTS_FD, readable: true, writable: false, onread })
      : connect({ path: `${door}/events.sock`, onread });
  socket.on("error", (error) => end(`the events cannot be read: ${error.message}`));
  socket.on("close", () => end("the events ended"));
  return { close: () => void ((ended = true), socket.destroy()) };
}
