import { InvalidArgumentError, type Command } from "commander";
import { loadConfig } from "../core/config-load.ts";
import { systemClock } from "../core/clock.ts";
import type { EventKind } from "../core/event-kinds.ts";
import { currentUid, globalsOf, must } from "./global-options.ts";
import { labelled } from "./labelled.ts";
import { printJson, printRows } from "./output.ts";
import type { RecordSummary } from "./record-host.ts";
import { agentKinds, kindsOf, kindsRow } from "./record-kinds.ts";
import { version } from "./version.ts";
import { piece, type Row } from "./view/row.ts";
import { bytes, count, many, span } from "./view/words.ts";

const MAX_SECONDS = 7 * 86_400;

/** `swarms record FILE`: what is sensed, into a file that `swarms replay` runs the layer on. */
export function registerRecord(program: Command): void {
  program
    .command("record")
    .description("write what is sensed on this host to a file; changes nothing, Ctrl-C ends it")
    .argument("<file>", "a new file; only its owner can read it, for it tells who runs what and talks to whom")
    .option("--seconds <count>", `end after so many (1 to ${MAX_SECONDS})`, secondsOf)
    .option(
      "--events <kinds>",
      `"all" (which every system call of the host pays for), or some: open.write,bind`,
      kindsOf,
    )
    .option("--beside <pid>", "of a `swarms run` beside: what that does itself is then no news in a replay", pidOf)
    .option("--force", "replace the file if it is there")
    .action(
      async (
        file: string,
        options: { seconds?: number; beside?: number; force?: boolean; events?: readonly EventKind[] },
        command: Command,
      ) => {
        const { configPath, json } = globalsOf(command);
        const { config } = must(loadConfig(configPath === undefined ? {} : { path: configPath }));
        // Loaded here, so that help and mistyped commands stay quick.
        const { recordHost } = await import("./record-host.ts");
        const log = (says: string): void => void process.stderr.write(`${says}\n`);
        if (currentUid() !== 0) log("not root: no kernel events; short-lived processes and destinations are not seen");
        const force = options.force === true;
        const end = endOf(options.seconds);
        const kinds = options.events ?? agentKinds();
        const common = {
          file,
          force,
          version,
          config,
          kinds,
          clock: systemClock,
          log,
          ...(options.beside !== undefined && { wardenPid: options.beside }),
        };
        try {
          const summary = must(await recordHost({ ...common, ending: end.promise }));
          if (json) printJson(summary);
          else printRows(summaryRows(summary));
        } finally {
          end.forget();
        }
      },
    );
}

/** Resolves at Ctrl-C, SIGTERM, or after so many seconds. */
function endOf(seconds: number | undefined): { readonly promise: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, resolve);
  const timer = seconds === undefined ? undefined : setTimeout(resolve, seconds * 1000);
  const forget = (): void => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, resolve);
  };
  return { promise, forget };
}

function summaryRows({ file, source, bytes: size, ms, events, losses, oversized, full }: RecordSummary): Row[] {
  const lost = losses.ring + losses.damaged + losses.shed;
  const says = `${count(losses.ring)} found the ring full, ${losses.damaged} damaged`;
  return [
    [piece("recorded", "good"), piece(`  ${span(ms)} in ${bytes(size)}: ${file}`)],
    labelled("events", `${kindsRow(events)} (${source === "ebpf" ? "kernel" : "procfs"})`),
    labelled("lost", lost === 0 ? "none" : says),
    ...(oversized > 0 ? [labelled("left out", `${many(oversized, "message")} too large to be recorded`)] : []),
    ...(full ? [labelled("ended", "the recording reached its largest size")] : []),
    labelled("replay", `swarms replay ${file}`),
  ];
}

function pidOf(text: string): number {
  const pid = Number(text);
  if (!(Number.isInteger(pid) && pid > 0 && pid < 2 ** 22)) throw new InvalidArgumentError("give a process id.");
  return pid;
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= MAX_SECONDS)) throw new InvalidArgumentError(`give 1 to ${MAX_SECONDS}.`);
  return seconds;
}
