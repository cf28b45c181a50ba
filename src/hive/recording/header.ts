import { z } from "zod";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { parseJson } from "../../core/wire/codec.ts";
import { LIMITS, MAGIC, NO_SEAL, sealOf, SIZES, VERSION } from "./format.ts";
import { LAYOUT } from "./layout.ts";

const schema = z.object({
  /** The layer that recorded. */
  made: z.string().max(64),
  /** Wall-clock milliseconds. */
  atMs: z.number().min(0).max(8.64e15),
  /** As LAYOUT. */
  layout: z.record(z.string().max(64), z.string().max(64)),
});

export type RecordingHeader = z.infer<typeof schema>;

export interface SealedHeader {
  readonly bytes: Uint8Array;
  /** What the first chunk's seal continues. */
  readonly seal: Uint8Array;
}

export function encodeHeader(made: string, atMs: number): SealedHeader {
  const json = new TextEncoder().encode(JSON.stringify({ made, atMs, layout: LAYOUT }));
  const prelude = new Uint8Array(SIZES.prelude);
  prelude.set(MAGIC);
  const view = new DataView(prelude.buffer);
  view.setUint16(MAGIC.length, VERSION, true);
  view.setUint32(SIZES.prelude - SIZES.length, json.length, true);
  const seal = sealOf(NO_SEAL, prelude, json);
  return { bytes: Buffer.concat([prelude, json, seal]), seal };
}

/** How long the JSON is. SW-RECORDING-DAMAGED, SW-RECORDING-VERSION. */
export function readPrelude(prelude: Uint8Array): Result<number> {
  const magic = prelude.subarray(0, MAGIC.length);
  if (Buffer.compare(magic, MAGIC.subarray(0, magic.length)) !== 0 || prelude.length === 0)
    return failed("SW-RECORDING-DAMAGED", "byte 0: this is no recording of the Swarms Layer");
  if (prelude.length < SIZES.prelude) return failed("SW-RECORDING-DAMAGED", `cut at byte ${prelude.length}`);
  const view = new DataView(prelude.buffer, prelude.byteOffset, prelude.byteLength);
  const version = view.getUint16(MAGIC.length, true);
  if (version !== VERSION)
    return failed(
      "SW-RECORDING-VERSION",
      `byte ${MAGIC.length}: format ${version}, and this version reads ${VERSION} only`,
    );
  const length = view.getUint32(SIZES.prelude - SIZES.length, true);
  return length > LIMITS.header || view.getUint16(MAGIC.length + 2, true) !== 0
    ? failed("SW-RECORDING-DAMAGED", `byte ${MAGIC.length + 2}: the header is damaged`)
    : ok(length);
}

/** SW-RECORDING-DAMAGED; SW-RECORDING-VERSION where its kernel records would be read wrongly here. */
export function decodeHeader(json: Uint8Array): Result<RecordingHeader> {
  const parsed = parseJson(json);
  const checked = parsed.ok ? schema.safeParse(parsed.value) : undefined;
  if (!checked?.success) return failed("SW-RECORDING-DAMAGED", `byte ${SIZES.prelude}: the header is no header`);
  const { made, layout } = checked.data;
  const other = Object.keys({ ...LAYOUT, ...layout }).find((part) => layout[part] !== LAYOUT[part]);
  if (other !== undefined)
    return failed(
      "SW-RECORDING-VERSION",
      `${printable(made, 64)} laid kernel records out differently (${printable(other, 64)})`,
    );
  return ok(checked.data);
}
