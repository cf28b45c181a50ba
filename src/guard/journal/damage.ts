import { failed, type Result } from "../../core/errors.ts";

/** The first thing that is wrong with a journal: what, where, and what to do about it. */
export interface Damage {
  /** 0 and "" where it concerns no single file. */
  readonly segment: number;
  readonly file: string;
  /** Counted from 1 within the file; 0 where it concerns no single line. */
  readonly line: number;
  /** Number of the record that should have stood there. */
  readonly record: number;
  /** Offset of the line within the file. */
  readonly byte: number;
  readonly says: string;
  readonly todo: string;
}

const LOOK = "keep a copy of the folder for examination; records before this place can be trusted, none after it";

export function damageAt(
  where: Pick<Damage, "segment" | "file" | "line" | "record" | "byte">,
  says: string,
  todo: string = LOOK,
): Damage {
  return { ...where, says, todo };
}

/** For what concerns the journal as a whole. */
export function damageOf(record: number, says: string, todo: string = LOOK): Damage {
  return { segment: 0, file: "", line: 0, record, byte: 0, says, todo };
}

export function inWords({ segment, file, line, byte, says }: Damage): string {
  if (line > 0) return `${file} (segment ${segment}), byte ${byte}, line ${line}: ${says}`;
  return file === "" ? says : `${file} (segment ${segment}): ${says}`;
}

export function asFailure(damage: Damage): Result<never> {
  return failed("SW-JOURNAL-DAMAGED", inWords(damage));
}
