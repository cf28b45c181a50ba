import type { ExecDetails } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import type { StringCache } from "./decode-strings.ts";
import { EXEC, EXEC_ARGV_CUT, EXEC_RECORD_MAX, HEAD, TRAIT } from "./records.ts";

/** The texts of an exec record (bpf/swarms.h), and what else is known of the program. */
export interface DecodedExec {
  readonly path: string;
  readonly details: ExecDetails;
}

/** Undefined where the texts are longer than the record. */
export function decodeExec(
  records: Uint8Array,
  view: DataView,
  at: number,
  size: number,
  strings: StringCache,
): DecodedExec | undefined {
  const u16 = (offset: number): number => view.getUint16(at + offset, true);
  const u32 = (offset: number): number => view.getUint32(at + offset, true);
  const pathAt = at + EXEC.bytes;
  const exeAt = pathAt + u16(EXEC.path_len);
  const cwdAt = exeAt + u16(EXEC.exe_len);
  const interpAt = cwdAt + u16(EXEC.cwd_len);
  const argvAt = interpAt + u16(EXEC.interp_len);
  const end = argvAt + u16(EXEC.argv_len);
  if (end > at + size || size > EXEC_RECORD_MAX) return undefined;
  const flags = u32(EXEC.flags);
  return {
    path: strings.exact(records, view, pathAt, exeAt - pathAt),
    details: {
      exePath: strings.exact(records, view, exeAt, cwdAt - exeAt),
      argv: argumentsOf(strings.raw(records, argvAt, end)),
      argvCut: (flags & EXEC_ARGV_CUT) !== 0,
      cwd: strings.exact(records, view, cwdAt, interpAt - cwdAt),
      tty: u32(EXEC.tty),
      sid: u32(EXEC.sid),
      credentials: {
        uid: u32(HEAD.uid),
        euid: u32(EXEC.euid),
        suid: u32(EXEC.suid),
        gid: u32(EXEC.gid),
        egid: u32(EXEC.egid),
        loginUid: u32(EXEC.login_uid),
        caps: {
          effective: u64(view, at + EXEC.caps_effective),
          permitted: u64(view, at + EXEC.caps_permitted),
          inheritable: u64(view, at + EXEC.caps_inheritable),
        },
      },
      traits: {
        upperLayer: (flags & TRAIT.upperLayer) !== 0,
        memfd: (flags & TRAIT.memfd) !== 0,
        deleted: (flags & TRAIT.deleted) !== 0,
      },
      interpreter: strings.exact(records, view, interpAt, argvAt - interpAt),
    },
  };
}

/** Each ends with a NUL; the last one of a list that was cut may lack it. */
function argumentsOf(text: string): string[] {
  if (text === "") return [];
  const parts = text.split("\0");
  if (parts.at(-1) === "") parts.pop();
  // As long as the bytes: an escape is four letters.
  return parts.map((part) => printable(part, Math.max(256, part.length * 4)));
}

/** As a double, rounded as C would. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
