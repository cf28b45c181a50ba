import { failed, ok, type Result } from "../errors.ts";
import { encodeFrame, type Frame } from "./frame.ts";
import { MESSAGE, type FromHive, type FromWarden } from "./messages.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeMessage<K extends keyof FromWarden>(name: K, body: FromWarden[K]): Uint8Array;
export function encodeMessage<K extends keyof FromHive>(name: K, body: FromHive[K]): Uint8Array;
export function encodeMessage(name: keyof typeof MESSAGE, body: unknown): Uint8Array {
  return encodeFrame(MESSAGE[name], encoder.encode(JSON.stringify(body)));
}

export function encodeEvents(records: Uint8Array): Uint8Array {
  return encodeFrame(MESSAGE.events, records);
}

export type WardenMessage =
  | { readonly name: "events"; readonly body: Uint8Array }
  | { [K in keyof FromWarden]: { readonly name: K; readonly body: FromWarden[K] } }[keyof FromWarden];

/** The hive's side: the warden is trusted, so the shape is not checked again. */
export function decodeFromWarden(frame: Frame): Result<WardenMessage> {
  if (frame.type === MESSAGE.events) return ok({ name: "events", body: frame.payload });
  const name = (Object.keys(MESSAGE) as (keyof typeof MESSAGE)[]).find(
    (key) => MESSAGE[key] === frame.type && MESSAGE[key] < 64,
  );
  if (name === undefined) return failed("SW-WIRE", `unknown message type ${frame.type}`);
  const body = parseJson(frame.payload);
  if (!body.ok) return body;
  return ok({ name, body: body.value } as WardenMessage);
}

/** SW-WIRE where the payload is not UTF-8 or not JSON. */
export function parseJson(payload: Uint8Array): Result<unknown> {
  try {
    return ok(JSON.parse(decoder.decode(payload)));
  } catch {
    return failed("SW-WIRE", "payload is not UTF-8 JSON");
  }
}
