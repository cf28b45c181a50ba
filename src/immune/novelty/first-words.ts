/** How a first is told, and how the same is told when it has happened again: only one start can be the first. */
const FIRST = /, a first(?: for any program)? in \d+ (?:starts|connections|writes)$/;

/** "node started /bin/nc, a first in 108 starts" */
export function firstInWords(
  what: string,
  total: number,
  unit: "starts" | "connections" | "writes",
  anyProgram = false,
): string {
  return `${what}, a first${anyProgram ? " for any program" : ""} in ${total} ${unit}`;
}

/** "update was run 17 s after it was written": which of many starts that was is said as well. */
const RUN = / was run (?=.* after it was written)/;

/** The same of a fact that was told before: of many starts one was the first, and the age is that of the last. */
export function againInWords(says: string): string {
  return says.replace(FIRST, ", new in the last minutes").replace(RUN, " was run, last ");
}
