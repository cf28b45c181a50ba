import type { Result } from "../core/errors.ts";
import { findAccount } from "./account.ts";
import { type RoomCommand, roomCommand, type RoomSpec } from "./room.ts";

/** The prober reaches the network and nothing else: no folder to write, no way to the kernel. */
export const PROBER_ROOM: RoomSpec = {
  entry: "prober/main",
  folders: ["core", "prober"],
  dependencies: [],
  network: "host",
  heapMegabytes: 64,
};

/** `hiveUid`: two processes of one user could reach into each other. SW-CONFIG-VALUE, SW-STATE-REACH. */
export function proberCommand(hiveUid: number, procRoot = "/proc"): Result<RoomCommand> {
  const account = findAccount("own", { procRoot, avoid: [hiveUid] });
  return account.ok ? roomCommand(PROBER_ROOM, { node: process.execPath, account: account.value }) : account;
}
