import { failed, ok, type Result } from "../errors.ts";
import { parseJson } from "./codec.ts";
import type { Frame } from "./frame.ts";
import { MESSAGE, type FromHive, type HiveMessageName } from "./messages.ts";
import { fromHive } from "./schema.ts";

export type HiveMessage = { [K in HiveMessageName]: { readonly name: K; readonly body: FromHive[K] } }[HiveMessageName];

/** The warden's side: schema-checked, never throws. */
export function decodeFromHive(frame: Frame): Result<HiveMessage> {
  const name = (Object.keys(fromHive) as HiveMessageName[]).find((key) => MESSAGE[key] === frame.type);
  if (name === undefined) return failed("SW-WIRE", `unknown message type ${frame.type}`);
  const body = parseJson(frame.payload);
  if (!body.ok) return body;
  const checked = fromHive[name].safeParse(body.value);
  if (!checked.success) return failed("SW-WIRE", `${name}: ${checked.error.issues[0]?.message ?? "invalid"}`);
  return ok({ name, body: checked.data } as HiveMessage);
}
