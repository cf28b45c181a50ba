import type { Result } from "../core/errors.ts";
import { findAccount } from "./account.ts";
import type { ProberCommand } from "./prober-start.ts";
import { type RoomCommand, roomCommand, type RoomSpec } from "./room.ts";

/** The sender reaches the network and nothing else: no folder, not even the queue, and no way to the kernel. */
export const SENDER_ROOM: RoomSpec = {
  entry: "outputs/main",
  folders: ["core", "outputs"],
  dependencies: [],
  network: "host",
  heapMegabytes: 64,
};

/** `others`: two processes of one user could reach into each other. SW-CONFIG-VALUE, SW-STATE-REACH. */
export function senderCommand(others: readonly number[], procRoot = "/proc"): Result<RoomCommand> {
  const account = findAccount("own", { procRoot, avoid: others });
  return account.ok ? roomCommand(SENDER_ROOM, { node: process.execPath, account: account.value }) : account;
}

/** Under the service manager the warden has given up the rights to build a room: it calls by a socket instead. */
export function howSendersStart(options: {
  readonly door?: { readonly sender: string };
  readonly hiveUid: number;
  readonly procRoot: string;
  log(says: string): void;
}): () => ProberCommand | undefined {
  return () => {
    if (options.door !== undefined) return { socket: options.door.sender };
    const command = senderCommand([options.hiveUid], options.procRoot);
    if (!command.ok) options.log(`nothing is delivered to webhooks: ${command.says}`);
    return command.ok ? command.value : undefined;
  };
}
