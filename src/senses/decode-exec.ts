import type { FileRef } from "../core/entity.ts";
import type { ExecDetails } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import type { StringCache } from "./decode-strings.ts";
import { EXEC, EXEC_ARGV_CUT, EXEC_RECORD_MAX, HEAD, TRAIT } from "./records.ts";

/** Programs run again just alike are few, in a loop or a build: a power of two. */
const PLACES = 512;

/** The texts of an exec record (bpf/swarms.h), and what else is known of the program. */
export interface DecodedExec {
  readonly path: string;
  readonly exe: FileRef;
  readonly ctimeMs: number;
  readonly mtimeMs: number;
  readonly cgroup: string;
  readonly details: ExecDetails;
}

interface Kept {
  readonly uid: number;
  readonly words: Uint32Array;
  readonly decoded: DecodedExec;
}

/** Of the words from EXEC.ino on, the one that differs between runs just alike. */
const PARENT_PID = (EXEC.parent_pid - EXEC.ino) / 4;

/** What was decoded last of each kind of exec: the same bytes give the same objects. */
export class ExecDecoder {
  private readonly strings: StringCache;
  private readonly places: (Kept | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  constructor(strings: StringCache) {
    this.strings = strings;
  }

  /** Undefined where the texts are longer than the record, or the record than any. */
  decode(records: Uint8Array, view: DataView, at: number, size: number): DecodedExec | undefined {
    if (size > EXEC_RECORD_MAX) return undefined;
    const from = at + EXEC.ino;
    const count = (size - EXEC.ino) >> 2;
    // Where it may be kept: by file, length and the last bytes of the arguments. Whether it is the same, all bytes tell.
    const tail = at + size - 12;
    const hash = Math.imul(
      view.getUint32(tail, true) ^ Math.imul(view.getUint32(tail + 4, true), 0x85ebca6b),
      0x9e3779b1,
    );
    const file = Math.imul(view.getUint32(at + EXEC.ino, true) ^ (count << 20), 0xc2b2ae35);
    const place = ((hash ^ file) >>> 16) & (PLACES - 1);
    const kept = this.places[place];
    const uid = view.getUint32(at + HEAD.uid, true);
    if (kept !== undefined && kept.uid === uid && equals(kept.words, view, from, count)) return kept.decoded;
    const decoded = decodeExec(records, view, at, size, this.strings);
    if (decoded === undefined) return undefined;
    const words = Uint32Array.from({ length: count }, (_, word) => view.getUint32(from + word * 4, true));
    this.places[place] = { uid, words, decoded };
    return decoded;
  }
}

function equals(words: Uint32Array, view: DataView, from: number, count: number): boolean {
  if (words.length !== count) return false;
  for (let word = 0; word < count; word++)
    if (words[word] !== view.getUint32(from + word * 4, true) && word !== PARENT_PID) return false;
  return true;
}

function decodeExec(
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
  const cgroupAt = interpAt + u16(EXEC.interp_len);
  const argvAt = cgroupAt + u16(EXEC.cgroup_len);
  const end = argvAt + u16(EXEC.argv_len);
  if (end > at + size) return undefined;
  const flags = u32(EXEC.flags);
  return {
    path: strings.exact(records, view, pathAt, exeAt - pathAt),
    // Inode numbers above 2^53 come out rounded as in node:fs.
    exe: { dev: u32(EXEC.dev), ino: u64(view, at + EXEC.ino) },
    ctimeMs: timeMs(view, at + EXEC.ctime_s, at + EXEC.ctime_ns),
    mtimeMs: timeMs(view, at + EXEC.mtime_s, at + EXEC.mtime_ns),
    cgroup: strings.exact(records, view, cgroupAt, argvAt - cgroupAt),
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
      interpreter: strings.exact(records, view, interpAt, cgroupAt - interpAt),
    },
  };
}

/** Each ends with a NUL; the last one of a list that was cut may lack it. */
export function argumentsOf(text: string): string[] {
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

function timeMs(view: DataView, secondsAt: number, nanosAt: number): number {
  const seconds = view.getInt32(secondsAt + 4, true) * 2 ** 32 + view.getUint32(secondsAt, true);
  return seconds * 1000 + Math.floor(view.getUint32(nanosAt, true) / 1e6);
}
