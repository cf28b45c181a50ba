import type { HiveMessage } from "../core/wire/from-hive.ts";
import { LOG_LEVEL_MS, type ControlAnswer, type ControlRequest, type GuardRequest } from "../core/wire/control.ts";
import type { LogLevels, LogLine } from "../core/log-level.ts";
import { printable } from "../core/printable.ts";

/** Characters of one message in the log. */
const SHOWN = 600;
/** Comes twice a second and says nothing. */
const SILENT: ReadonlySet<HiveMessage["name"]> = new Set(["alive"]);

/** What the hive asks of the warden, as it asks it: only where the level asks for it, for these are many. */
export function traceHive(levels: LogLevels | undefined, log: LogLine): (message: HiveMessage) => void {
  return ({ name, body }) => {
    if (levels?.now !== "debug" || SILENT.has(name)) return;
    log(`hive asks: ${name} ${printable(JSON.stringify(body), SHOWN)}`, "debug");
  };
}

type Answer<A, R> = (request: R, asker: A) => ControlAnswer;

/** What people may do about the log; anything else goes on to `others`. */
export function answerLogLevel<A>(
  levels: LogLevels | undefined,
  log: LogLine,
  others: Answer<A, GuardRequest>,
): Answer<A & { readonly name: string }, ControlRequest> {
  return (request, asker) => {
    if (request.ask !== "log-level") return others(request, asker);
    if (levels === undefined) return { ok: false, code: "SW-NOT-FOUND", says: "this layer keeps no log" };
    const { level, forMs = LOG_LEVEL_MS } = request;
    if (level !== undefined) {
      levels.use(level, forMs);
      // Whatever the level: who changes what is written down is part of what is written down.
      log(`${levels.says}: ${asker.name} asked`, "warn");
    }
    return { ok: true, says: levels.says };
  };
}
