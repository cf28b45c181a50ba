import { failed, ok, type Result } from "../core/errors.ts";
import { parseJson } from "../core/wire/codec.ts";
import { CONTROL_REQUEST, controlRequest, type ControlRequest, MAX_CONTROL_REQUEST } from "../core/wire/control.ts";
import { type Frame, FrameReader } from "../core/wire/frame.ts";

/** A whole request or what is wrong with it, "more" bytes are needed, or nothing here deserves an answer. */
export type Asked = Result<ControlRequest> | "more" | "nonsense";

/** The bytes of one connection, until they are a request or are certain not to be one. */
export class RequestReader {
  private readonly reader = new FrameReader();
  private bytes = 0;

  push(chunk: Uint8Array): Asked {
    this.bytes += chunk.length;
    const frames = this.reader.push(chunk);
    if (!frames.ok || this.bytes > MAX_CONTROL_REQUEST) return "nonsense";
    const [frame] = frames.value;
    return frame === undefined ? "more" : requestIn(frame);
  }
}

function requestIn({ type, payload }: Frame): Result<ControlRequest> | "nonsense" {
  const json = type === CONTROL_REQUEST ? parseJson(payload) : undefined;
  if (json?.ok !== true) return "nonsense";
  const checked = controlRequest.safeParse(json.value);
  return checked.success ? ok(checked.data) : failed("SW-WIRE", checked.error.issues[0]?.message ?? "not a request");
}
