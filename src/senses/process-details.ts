import type { ExecDetails } from "../core/event.ts";

/** UTF-16 units of the arguments that a record keeps: 32,768 records are to stay small. The event itself has more. */
const ARGV_KEPT = 512;

/** What a record keeps of an exec. */
export function briefDetails(details: ExecDetails): ExecDetails {
  let length = 0;
  let count = 0;
  for (const argument of details.argv) {
    if (length + argument.length > ARGV_KEPT) break;
    length += argument.length + 1;
    count++;
  }
  if (count === details.argv.length) return details;
  const rest = (details.argv[count] ?? "").slice(0, Math.max(0, ARGV_KEPT - length));
  return { ...details, argv: details.argv.slice(0, count).concat(rest === "" ? [] : rest), argvCut: true };
}
