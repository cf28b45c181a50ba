import type { Command } from "commander";
import { ACTION_KINDS, type Mode, specOf } from "../core/action.ts";
import { isPluginKind } from "../core/actions-plugin.ts";
import { modeFor, type Config } from "../core/config.ts";
import { matchWords } from "../core/workload.ts";
import { DEFAULT_CONFIG, loadConfig, type LoadedConfig } from "../core/config-load.ts";
import { globalsOf, must } from "./global-options.ts";
import { LABEL_COLUMNS, labelled, labelledLines } from "./labelled.ts";
import { printJson, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { policyWords } from "./policy-words.ts";
import { delay, many, MODE_SAYS } from "./view/words.ts";
import { watchedWords } from "./watchers.ts";

/** `swarms validate [FILE]`: whether a configuration would be taken, and what it comes to. */
export function registerValidate(program: Command): void {
  program
    .command("validate")
    .description("check a configuration and say in words what it comes to; changes nothing")
    .argument("[file]", "instead of --config or the default file")
    .action((file: string | undefined, _options: object, command: Command) => {
      const { configPath, json } = globalsOf(command);
      const path = file ?? configPath;
      const loaded = must(loadConfig(path === undefined ? {} : { path }));
      if (json) printJson({ ok: true, ...loaded });
      else printRows(validRows(loaded));
    });
}

function validRows({ config, files, warnings }: LoadedConfig): Row[] {
  const from = files.length === 0 ? `no ${DEFAULT_CONFIG}: the defaults hold` : files.join(", ");
  return [
    [piece("OK", "good"), piece(`  ${from}`)],
    ...configRows(config),
    ...warnings.flatMap((warning) =>
      warning.split("\n").map((line, at): Row => [piece(at === 0 ? "warning: " : "         ", "warn"), piece(line)]),
    ),
  ];
}

/** The effective modes, scope and workloads, in words. */
export function configRows(config: Config): Row[] {
  const lines = (label: string, text: string): Row[] => labelledLines(label, text, textWidth());
  const workloads = config.workloads.flatMap(({ name, kind = "kind told by its behaviour", targetMs, ...where }) =>
    lines(
      "workload",
      `${name}: ${kind}, ${matchWords(where)}${kind === "latency" ? `, waits at most ${delay(targetMs * 1e6)} for a CPU (p99)` : ""}`,
    ),
  );
  const policies = config.policies.flatMap((policy) => lines("policy", policyWords(policy)));
  const { containmentsPerHour, heldMinutes, shareOfScope, killsPerHour, killShareOfScope } = config.budget;
  const ends = config.actions["kill.process"] !== undefined || config.actions["kill.cgroup"] !== undefined;
  return [
    ...modeRows(config),
    ...lines("scope", config.scope.length === 0 ? "none: nothing may be touched" : config.scope.join(", ")),
    ...workloads,
    ...policies,
    ...lines("immune", watchedWords(config.colonies.immune)),
    ...lines("rules", rulesWords(config.rules)),
    ...config.plugins.flatMap((folder) =>
      lines("plugin", `${folder}; \`swarms plugins\` says whether it can be loaded`),
    ),
    ...config.outputs.flatMap((output) => lines("output", outputWords(output))),
    ...lines(
      "budget",
      `${containmentsPerHour} groups may be frozen in an hour, at most ${Math.round(shareOfScope * 100)} % of the processes in scope, none longer than ${heldMinutes} min without a person`,
    ),
    ...(ends
      ? [
          ...lines(
            "ends",
            `${killsPerHour} times in an hour something may be ended, at most ${Math.round(killShareOfScope * 100)} % of the processes in scope`,
          ),
        ]
      : []),
    ...lines(
      "leases",
      `a CPU change reverts after ${config.leases.balanceSeconds} s, a freeze after ${config.leases.containSeconds} s, unless renewed`,
    ),
    labelled("hive", `runs as ${config.hive.user === "own" ? "a user id of its own" : config.hive.user}`),
  ];
}

function rulesWords({ own, files, matching }: Config["rules"]): string {
  const which = [own ? "the layer's own" : "", files.length > 0 ? many(files.length, "file") : ""].filter(
    (text) => text !== "",
  );
  if (which.length === 0) return "none: detection rules are off";
  return `${which.join(" and ")}${matching === "first" ? "; of those that hold the first alone speaks" : ""}`;
}

/** Of an address the host alone: what follows it may be a secret. */
function outputWords({ name, to, path, url, plugin, format, tell, priority }: Config["outputs"][number]): string {
  const where = [plugin, path, url && new URL(url).host].filter((text) => text !== undefined).join(" ");
  const least = priority === "debug" ? "" : `, from ${priority} on`;
  return `${name}: ${tell.join(" and ")}${least} to ${to}${where === "" ? "" : ` ${where}`}, in the shape of ${format}`;
}

/** Kinds of action by the mode they are in, the most daring first. */
function modeRows(config: Config): Row[] {
  const plugins = Object.keys(config.actions).filter(isPluginKind);
  const byMode = Object.groupBy([...ACTION_KINDS, ...plugins], (kind) => modeFor(config, specOf(kind).colony, kind));
  return MODES_FROM_THE_TOP.flatMap((mode): Row[] => {
    const kinds = byMode[mode] ?? [];
    if (kinds.length === 0) return [];
    const list = kinds.length === ACTION_KINDS.length + plugins.length ? "every kind of action" : kinds.join(", ");
    return wrap(`${MODE_SAYS[mode]}: ${list}`, textWidth() - LABEL_COLUMNS, 12).map((line, at) =>
      labelled(at === 0 ? mode : "", line),
    );
  });
}

const MODES_FROM_THE_TOP = ["enforce", "advise", "observe"] as const satisfies readonly Mode[];
