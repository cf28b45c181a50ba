import { connect } from "node:net";
import { errnoOf, type ErrorCode, failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { parseJson } from "../core/wire/codec.ts";
import { CONTROL_ANSWER, CONTROL_REQUEST, type ControlAnswer, type ControlRequest } from "../core/wire/control.ts";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { isErrorCode } from "../api/problem.ts";

const DEADLINE_MS = 5000;
type Done = Extract<ControlAnswer, { readonly ok: true }>;

/**
 * Asks the warden over its own socket, without the hive in between. SW-NOT-RUNNING where nobody listens,
 * SW-NEEDS-ROOT where it is another user's, SW-NO-ANSWER where it keeps silent.
 */
export async function askWarden(path: string, request: ControlRequest): Promise<Result<Done>> {
  const answered = await exchange(
    path,
    encodeFrame(CONTROL_REQUEST, new TextEncoder().encode(JSON.stringify(request))),
  );
  if (!answered.ok) return answered;
  const json = parseJson(answered.value);
  const answer = (json.ok ? json.value : undefined) as ControlAnswer | undefined;
  if (answer?.ok === true) return ok(answer);
  if (answer?.ok !== false) return failed("SW-NO-ANSWER", `${path}: an answer that makes no sense`);
  const code: ErrorCode = isErrorCode(answer.code) ? answer.code : "SW-INTERNAL";
  return failed(code, printable(String(answer.says)));
}

/** Root asks the warden itself, for the unprivileged half could say anything, or nothing; only where no warden listens, that half is asked. */
export async function askWardenElse(
  path: string,
  request: ControlRequest,
  throughHive: () => Promise<Result<{ readonly says: string }>>,
): Promise<Result<{ readonly says: string }>> {
  const asked = await askWarden(path, request);
  return !asked.ok && asked.code === "SW-NOT-RUNNING" ? throughHive() : asked;
}

function exchange(path: string, frame: Uint8Array): Promise<Result<Uint8Array>> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const reader = new FrameReader();
    const end = (result: Result<Uint8Array>): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(DEADLINE_MS, () => end(failed("SW-NO-ANSWER", `${path}: no answer in ${DEADLINE_MS / 1000} s`)));
    socket.on("error", (error) => end(unreached(path, errnoOf(error))));
    socket.on("close", () => resolve(failed("SW-NO-ANSWER", `${path}: the warden closed the connection`)));
    socket.on("connect", () => socket.write(frame));
    socket.on("data", (chunk: Buffer) => {
      const frames = reader.push(chunk);
      if (!frames.ok) return end(failed("SW-NO-ANSWER", `${path}: ${frames.says}`));
      const [first] = frames.value;
      if (first?.type === CONTROL_ANSWER) end(ok(first.payload.slice()));
    });
  });
}

function unreached(path: string, errno: string): Result<never> {
  if (errno === "EACCES" || errno === "EPERM") return failed("SW-NEEDS-ROOT", `${path} is root's`);
  return failed("SW-NOT-RUNNING", `${path}: ${errno === "ENOENT" ? "there is no such socket" : errno}`);
}
