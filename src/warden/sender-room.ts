import type { Result } from "../core/errors.ts";
import { findAccount } from "./account.ts";
import type { ProberCommand } from "./prober-start.ts";
import { type Account, type RoomCommand, roomCommand, type RoomSpec } from "./room.ts";

/** The sender reaches the network and nothing else: no folder, not even the queue, and no way to the kernel. */
export const SENDER_ROOM: RoomSpec = {
  entry: "outputs/main",
  folders: ["core", "outputs"],
  dependencies: [],
  network: "host",
  heapMegabytes: 64,
};

/** SW-STATE-REACH. */
function senderCommand(account: Account): Result<RoomCommand> {
  return roomCommand(SENDER_ROOM, { node: process.execPath, account });
}

/** User ids handed out of late: two senders that start at once cannot see each other yet. */
const REMEMBERED = 32;

/** Under the service manager the warden has given up the rights to build a room: it calls by a socket instead. */
export function howSendersStart(options: {
  readonly door?: { readonly sender: string };
  readonly hiveUid: number;
  readonly procRoot: string;
  log(says: string): void;
}): () => ProberCommand | undefined {
  const handedOut: number[] = [];
  return () => {
    if (options.door !== undefined) return { socket: options.door.sender };
    const account = findAccount("own", { procRoot: options.procRoot, avoid: [options.hiveUid, ...handedOut] });
    const command = account.ok ? senderCommand(account.value) : account;
    if (!command.ok) options.log(`nothing is delivered to webhooks and plugins: ${command.says}`);
    if (!account.ok || !command.ok) return undefined;
    handedOut.push(account.value.uid);
    if (handedOut.length > REMEMBERED) handedOut.shift();
    return command.value;
  };
}
