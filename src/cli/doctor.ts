import { release, cpus, hostname } from "node:os";
import type { Command } from "commander";
import { DEFAULT_CONFIG, loadConfig } from "../core/config-load.ts";
import { EXIT, type ErrorCode, type Result } from "../core/errors.ts";
import type { StatusDocument } from "../core/status.ts";
import type { StatePaths } from "../core/state-paths.ts";
import type { Feature } from "../kernel/feature.ts";
import { probeFeatures } from "../kernel/features.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { blindSpots } from "../senses/calls/blind-spots.ts";
import { type PluginFolder, readPlugins } from "../warden/plugin-folders.ts";
import { scanRecent } from "../guard/journal/scan.ts";
import { currentUid, globalsOf, type Globals, orOfRoot } from "./global-options.ts";
import { printJson, printRows, textWidth } from "./output.ts";
import { doableRows, whatCanBeDone } from "./doctor-actions.ts";
import { checkClaims, claimRows } from "./doctor-security.ts";
import { blindRows, measuredNow, senseRows, sensesOf } from "./doctor-senses.ts";
import { labelled, labelledLines } from "./labelled.ts";
import { configRows } from "./validate.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { many, span } from "./view/words.ts";
import { version } from "./version.ts";
import { watcherRows } from "./watchers.ts";

/** `swarms doctor`: what this kernel offers, what is missing, what is lost by it, and what to do. */
export function registerDoctor(program: Command): void {
  program
    .command("doctor")
    .description("what this kernel offers, what is missing, what is lost by it, and what to do")
    .option("--sensors", "measure for a second what the running layer's sensors cost (root)")
    .option("--security", "check what is said of the layer's own security against its living processes and files")
    .action(async (options: { readonly sensors?: true; readonly security?: true }, command: Command) => {
      const globals = globalsOf(command);
      if (options.security === true) return securityReport(globals);
      const features = once(probeFeatures({ more: probeBpfFeatures() }));
      const running = orOfRoot(await globals.client.status());
      const told = running.ok ? (running.value.sensors ?? []) : [];
      const sensors = options.sensors === true ? await measuredNow(told) : told;
      const layer = running.ok ? { ...layerOf(running.value), ...sensesOf(running.value), sensors } : running;
      const blind = blindSpots(features);
      const doable = whatCanBeDone(pluginsOf(globals));
      if (globals.json) {
        printJson({
          version,
          node: process.version,
          kernel: release(),
          uid: currentUid(),
          paths: globals.paths,
          layer,
          features,
          blindSpots: blind,
          actions: doable,
        });
        return;
      }
      printRows([
        ...placeRows(globals, running),
        ...(running.ok ? senseRows(running.value, sensors, textWidth()) : []),
        ...watchersNow(globals, running.ok ? running.value : undefined),
        ...featureRows(features, textWidth()),
        ...blindRows(blind, textWidth()),
        ...doableRows(doable, textWidth()),
      ]);
    });
}

function securityReport({ paths, configPath, json }: Globals): void {
  const checked = checkClaims(paths, configPath);
  if (json) printJson({ ok: checked.every(({ holds }) => holds !== false), claims: checked });
  else printRows(claimRows(checked, textWidth()));
  if (checked.some(({ holds }) => holds === false)) process.exitCode = EXIT.failed;
}

function layerOf({ version, pids, sinceMs, modes, arrangement, missing }: StatusDocument) {
  return { version, pids, sinceMs, modes, arrangement, missing };
}

function absentWords({ code, says }: { readonly code: ErrorCode; readonly says: string }): string {
  if (code === "SW-NOT-RUNNING") return `not running here (${says})`;
  return code === "SW-NEEDS-ROOT" ? `${says}: ask with sudo` : `runs, and does not answer (${says})`;
}

function runningWords({ version, pids, sinceMs, atMs, arrangement }: StatusDocument): string {
  const processes =
    arrangement === "rootless" ? `one process, ${pids.hive}` : `warden ${pids.warden}, hive ${pids.hive}`;
  return `${version} runs since ${span(atMs - sinceMs)}: ${processes}`;
}

/** Its own configuration need not be the file that is asked about here. */
function inForceWords({ modes, scope }: StatusDocument): string {
  const which = Object.entries(modes).map(([colony, mode]) => `${colony} ${mode}`);
  return `in force there: ${which.join(", ")}, scope ${scope.length === 0 ? "none" : scope.join(", ")}`;
}

function sourceWords(files: readonly string[], isRunning: boolean): string {
  const from = files.length === 0 ? `no ${DEFAULT_CONFIG}: the defaults` : files.join(", ");
  return `${from}${isRunning ? "; what follows is what it says, whatever runs" : ""}`;
}

/** As the running layer has them, else as the configuration says. */
function watchersNow({ configPath }: Globals, running: StatusDocument | undefined): Row[] {
  const loaded = loadConfig(configPath === undefined ? {} : { path: configPath });
  if (running !== undefined) return watcherRows(running.agents, textWidth());
  return loaded.ok ? watcherRows(loaded.value.config.colonies.immune, textWidth()) : [];
}

/** Those that would be loaded; `swarms plugins` says why others would not. */
function pluginsOf({ configPath }: Globals): readonly PluginFolder[] {
  const loaded = loadConfig(configPath === undefined ? {} : { path: configPath });
  return loaded.ok ? readPlugins(loaded.value.config.plugins).plugins : [];
}

function placeRows({ paths, configPath }: Globals, running: Result<StatusDocument>): Row[] {
  const config = loadConfig(configPath === undefined ? {} : { path: configPath });
  const root = currentUid() === 0;
  return [
    [
      piece(`swarms ${version}`, "title"),
      piece(` on ${hostname()}: Linux ${release()}, ${many(cpus().length, "CPU")}, Node ${process.version}`),
    ],
    labelled(
      "as",
      root
        ? "root: two processes, the thinking one without privileges"
        : "a user: one process, read-only, sampling procfs and pressure files; sudo sees and does more",
    ),
    ...labelledLines("layer", running.ok ? runningWords(running.value) : absentWords(running), textWidth()),
    ...(running.ok ? labelledLines("", inForceWords(running.value), textWidth()) : []),
    labelled("state", paths.dir),
    ...labelledLines("journal", journalWords(paths), textWidth()),
    ...(config.ok
      ? [
          ...labelledLines("config", sourceWords(config.value.files, running.ok), textWidth()),
          ...configRows(config.value.config),
        ]
      : [labelled("config", `${config.code}: see swarms validate`)]),
  ];
}

function journalWords({ journal }: StatePaths): string {
  // The newest part alone: all of it may be half a gigabyte.
  const found = scanRecent(journal);
  if (!found.ok) return `${found.code}: ${found.says}`;
  const { records, first } = found.value;
  if (records === 0) return "empty: nothing was ever changed";
  const older = first > 1 ? ` of the newest file; swarms journal verify looks at those before too` : "";
  return `${many(records, "record")}, the chain is whole${older}`;
}

const AREAS: Readonly<Record<Feature["area"], string>> = {
  events: "what can be seen as it happens",
  readings: "what can be measured",
  actions: "what can be done",
  security: "what can be prevented, and what keeps the layer safe",
};

function featureRows(features: readonly Feature[], width: number): Row[] {
  return (Object.keys(AREAS) as Feature["area"][]).flatMap((area) =>
    areaRows(
      AREAS[area],
      features.filter((feature) => feature.area === area),
      width,
    ),
  );
}

/** What is there first, what is missing together below it. */
function areaRows(title: string, features: readonly Feature[], width: number): Row[] {
  if (features.length === 0) return [];
  const missing = features.filter((feature) => !feature.available);
  const note = missing.length === 0 ? "all there" : `${missing.length} of ${features.length} missing`;
  const ordered = [...features.filter((feature) => feature.available), ...missing];
  return [
    [],
    [piece(title, "title"), piece(`  ${note}`, "dim")],
    ...ordered.flatMap((feature) => featureRow(feature, width)),
  ];
}

const ANSWER = 7;
const NAME = 24;

function featureRow({ name, available, found, lost, needs }: Feature, width: number): Row[] {
  const answer = piece((available ? "  yes" : "  no").padEnd(ANSWER), available ? "good" : "bad");
  const head = wrap(found, width - ANSWER - NAME, 4).map((line, at): Row =>
    at === 0
      ? [answer, piece(`${name} `.padEnd(NAME)), piece(line, "dim")]
      : [piece(" ".repeat(ANSWER + NAME)), piece(line, "dim")],
  );
  const bare: Row[] = head.length === 0 ? [[answer, piece(name)]] : head;
  return available ? bare : [...bare, ...detailRows("lost", lost, width), ...detailRows("needs", needs, width)];
}

function detailRows(label: string, text: string, width: number): Row[] {
  const indent = ANSWER + NAME;
  return wrap(text, width - indent - ANSWER, 4).map((line, at): Row => [
    piece(" ".repeat(indent)),
    piece((at === 0 ? label : "").padEnd(ANSWER), "warn"),
    piece(line),
  ]);
}

/** Two probes may look at the same thing. */
function once(features: readonly Feature[]): Feature[] {
  return [...new Map(features.toReversed().map((feature) => [feature.name, feature])).values()].reverse();
}
