import { Argument, type Command } from "commander";
import { EXIT } from "../core/errors.ts";
import { LOG_LEVELS, type LogLevel } from "../core/log-level.ts";
import { LOG_LEVEL_MS, MAX_LOG_LEVEL_MS } from "../core/wire/control.ts";
import { globalsOf, must } from "./global-options.ts";
import { printJson, printLines } from "./output.ts";
import { askWarden } from "./warden-client.ts";

const LEVELS = Object.keys(LOG_LEVELS) as readonly LogLevel[];
const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

const HELP = `
${LEVELS.map((level) => `  ${level.padEnd(6)} ${LOG_LEVELS[level]}`).join("\n")}

For good: log: { level: warn } in the configuration, then systemctl reload swarms.`;

/** `swarms log-level`: how much the running layer says of itself, for a while; it goes back by itself. */
export function registerLogLevel(program: Command): void {
  program
    .command("log-level")
    .description("how much the running layer says of itself: tell it, or change it for a while (root)")
    .addArgument(new Argument("[level]", "what to say from now on").choices(LEVELS))
    .option("--for <time>", "how long, such as 30s, 10m or 2h; at most a day", `${LOG_LEVEL_MS / 60_000}m`)
    .addHelpText("after", HELP)
    .action(async (level: LogLevel | undefined, options: { readonly for: string }, command: Command) => {
      const forMs = durationMs(options.for);
      if (forMs === undefined) command.error("SW-USAGE: --for takes 1s to 24h", { exitCode: EXIT.usage });
      const { json, paths } = globalsOf(command);
      const asked = level === undefined ? {} : { level, forMs };
      const { says } = must(await askWarden(paths.control, { ask: "log-level", ...asked }));
      if (json) printJson({ says });
      else printLines([says]);
    });
}

/** Undefined where it is none, or out of bounds. */
export function durationMs(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  return ms >= 1000 && ms <= MAX_LOG_LEVEL_MS ? ms : undefined;
}
