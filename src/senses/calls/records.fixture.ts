import { EVENT_CODES, type CallKind } from "../../core/event-kinds.ts";
import { HEAD } from "../records.ts";
import { CALL_TABLE } from "./call-table.ts";
import { CALL, CALL_ADDRESS, CALL_FD, CALL_SOCKET, PART } from "./records.ts";

export interface FixtureCall {
  kind: CallKind;
  call: string;
  result?: bigint;
  args?: readonly bigint[];
  entry?: number;
  repeats?: number;
  path?: Uint8Array;
  path2?: Uint8Array;
  fd?: {
    number: number;
    mode: number;
    dev: number;
    ino: bigint;
    traits?: number;
    anonymous?: number;
    path: Uint8Array;
  };
  socket?: {
    family: number;
    type: number;
    protocol: number;
    local: readonly number[];
    localPort: number;
    remote: readonly number[];
    remotePort: number;
    path: Uint8Array;
  };
  address?: { family: number; port: number; bytes: readonly number[]; path: Uint8Array };
}

/** A record as bpf/calls-tell.h writes it, without the names that every head has. */
export function callRecord(call: FixtureCall): Uint8Array {
  const path = call.path ?? new Uint8Array();
  const texts = [call.path2, call.fd?.path, call.socket?.path, call.address?.path].map(
    (text) => text ?? new Uint8Array(),
  );
  const fixed = new DataView(new ArrayBuffer(CALL.bytes));
  fixed.setUint16(HEAD.kind, EVENT_CODES[call.kind], true);
  fixed.setUint32(HEAD.pid, 100, true);
  fixed.setBigInt64(CALL.result, call.result ?? 0n, true);
  for (const [at, value] of (call.args ?? []).entries()) fixed.setBigUint64(CALL.args + at * 8, value, true);
  fixed.setUint32(CALL.repeats, call.repeats ?? 0, true);
  fixed.setUint8(CALL.row, CALL_TABLE.findIndex((row) => row.call === call.call) + 1);
  fixed.setUint8(CALL.entry, call.entry ?? 0);
  fixed.setUint8(
    CALL.parts,
    (call.fd ? PART.fd : 0) | (call.socket ? PART.socket : 0) | (call.address ? PART.address : 0),
  );
  fixed.setUint16(CALL.path_len, path.length, true);
  fixed.setUint16(CALL.path2_len, texts[0]?.length ?? 0, true);
  fixed.setUint16(CALL.fd_path_len, texts[1]?.length ?? 0, true);
  fixed.setUint8(CALL.socket_path_len, texts[2]?.length ?? 0);
  fixed.setUint8(CALL.address_path_len, texts[3]?.length ?? 0);
  const padding = new Uint8Array((8 - (path.length % 8)) % 8);
  const parts = [fixed, path, padding, fdPart(call), socketPart(call), addressPart(call), ...texts];
  const bytes = Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)));
  const record = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  record.set(bytes);
  new DataView(record.buffer).setUint16(HEAD.size, record.length, true);
  return record;
}

function fdPart({ fd }: FixtureCall): DataView {
  const view = new DataView(new ArrayBuffer(fd === undefined ? 0 : CALL_FD.bytes));
  if (fd === undefined) return view;
  view.setBigUint64(CALL_FD.ino, fd.ino, true);
  view.setUint32(CALL_FD.dev, fd.dev, true);
  view.setInt32(CALL_FD.number, fd.number, true);
  view.setUint16(CALL_FD.mode, fd.mode, true);
  view.setUint8(CALL_FD.traits, fd.traits ?? 0);
  view.setUint8(CALL_FD.anonymous, fd.anonymous ?? 0);
  return view;
}

function socketPart({ socket }: FixtureCall): DataView {
  const view = new DataView(new ArrayBuffer(socket === undefined ? 0 : CALL_SOCKET.bytes));
  if (socket === undefined) return view;
  view.setUint16(CALL_SOCKET.family, socket.family, true);
  view.setUint16(CALL_SOCKET.type, socket.type, true);
  view.setUint16(CALL_SOCKET.protocol, socket.protocol, true);
  view.setUint16(CALL_SOCKET.local_port, socket.localPort, true);
  view.setUint16(CALL_SOCKET.remote_port, socket.remotePort, true);
  new Uint8Array(view.buffer).set(socket.local, CALL_SOCKET.local);
  new Uint8Array(view.buffer).set(socket.remote, CALL_SOCKET.remote);
  return view;
}

function addressPart({ address }: FixtureCall): DataView {
  const view = new DataView(new ArrayBuffer(address === undefined ? 0 : CALL_ADDRESS.bytes));
  if (address === undefined) return view;
  view.setUint16(CALL_ADDRESS.family, address.family, true);
  view.setUint16(CALL_ADDRESS.port, address.port, true);
  new Uint8Array(view.buffer).set(address.bytes, CALL_ADDRESS.address);
  return view;
}
