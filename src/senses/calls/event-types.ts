import type { EventKind } from "../../core/event-kinds.ts";
import { CALL_TABLE, kindsOf } from "./call-table.ts";

/** Names of evt.type in rule files that are told in another way than by the call of that name. */
const TOLD_OTHERWISE: Readonly<Record<string, readonly EventKind[]>> = {
  // Programs that began to run; execveat(2) that succeeded is told as execve.
  execve: ["exec"],
  execveat: ["exec"],
  clone: ["fork"],
  clone3: ["fork"],
  fork: ["fork"],
  vfork: ["fork"],
  procexit: ["exit"],
  prctl: ["name", "capset"],
};

const BY_CALL = new Map<string, readonly EventKind[]>();
for (const row of CALL_TABLE) {
  // Writes are counted, not told one by one.
  const kinds = kindsOf(row).filter((kind) => kind !== "writes");
  BY_CALL.set(row.call, [...new Set([...(BY_CALL.get(row.call) ?? []), ...kinds])]);
}

/** The kinds of event that a system call is told as; none where it is not sensed. */
export function kindsOfType(type: string): readonly EventKind[] {
  return TOLD_OTHERWISE[type] ?? BY_CALL.get(type) ?? [];
}
