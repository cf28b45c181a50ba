import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** One trace of ADFA-LD (Creech and Hu, 2013): i386 system-call numbers in their order. */
export interface Trace {
  readonly name: string;
  /** The folder of an attack, which is one session of it; of normal traces the name. */
  readonly session: string;
  /** "Adduser" of the session "Adduser_1". */
  readonly family: string;
  readonly calls: Uint16Array;
}

export interface Adfa {
  readonly train: readonly Trace[];
  readonly normal: readonly Trace[];
  readonly attack: readonly Trace[];
}

const FILES = { train: "normal-train.txt.gz", normal: "normal-validation.txt.gz", attack: "attack.txt.gz" } as const;

/** @throws what reading and unpacking throw, and RangeError, with file and line, for what is not a trace. */
export function readAdfa(folder: string): Adfa {
  const read = (file: string): Trace[] =>
    tracesOf(gunzipSync(readFileSync(join(folder, file))).toString("latin1"), file);
  return { train: read(FILES.train), normal: read(FILES.normal), attack: read(FILES.attack) };
}

function tracesOf(text: string, file: string): Trace[] {
  return text.split("\n").flatMap((line, index) => {
    if (line === "") return [];
    const [name = "", numbers = ""] = line.split("\t");
    if (!/^\d+( \d+)*\s*$/.test(numbers)) throw new RangeError(`${file}:${index + 1}: not a name, a tab and numbers`);
    const session = name.includes("/") ? name.slice(0, name.indexOf("/")) : name;
    return [
      {
        name,
        session,
        family: session.replace(/_\d+$/, ""),
        calls: Uint16Array.from(numbers.trim().split(" "), Number),
      },
    ];
  });
}

/** The first of those with the same calls. */
export function deduplicated(traces: readonly Trace[]): Trace[] {
  return [...new Map(traces.toReversed().map((trace) => [trace.calls.join(" "), trace])).values()].reverse();
}
