import { statSync } from "node:fs";
import type { Command } from "commander";
import { SwarmsError } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { openRecordingFile } from "../hive/recording/file.ts";
import type { ByteSource } from "../hive/recording/reader.ts";
import { replay, type ReplayReport } from "../hive/replay.ts";
import { Countdown } from "../lab/countdown.ts";
import { globalsOf, must } from "./global-options.ts";
import { labelled } from "./labelled.ts";
import { printJson, printRows, textWidth } from "./output.ts";
import { kindsRow } from "./record-kinds.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { count, many, span } from "./view/words.ts";

const MAX_SHOWN = 50;

/** `swarms replay FILE`: what the layer makes of a recording, the same each time. */
export function registerReplay(program: Command): void {
  program
    .command("replay")
    .description("run the layer on a recording: the same incidents each time, nothing touched, no root needed")
    .argument("<file>", "made by swarms record")
    .action((path: string, _options: object, command: Command) => {
      const { json } = globalsOf(command);
      const file = must(openRecordingFile(path));
      const countdown = new Countdown(process.stderr, "MB replayed");
      const fromMs = performance.now();
      let report: ReplayReport;
      try {
        report = must(replay(counted(file, statSync(path).size, countdown)));
      } finally {
        countdown.end();
        file.close();
      }
      const tookMs = performance.now() - fromMs;
      if (json) printJson(report);
      else printRows(reportRows(report));
      // Beside the report, which is the same each time: this is not.
      process.stderr.write(`${span(report.spanMs)} replayed in ${(tookMs / 1000).toFixed(2)} s\n`);
      if (report.damage !== null)
        throw new SwarmsError(report.damage.code, `${path}: ${printable(report.damage.says, 400)}`);
    });
}

/** Read from the front to the end: where it reads is how far it is. */
function counted(source: ByteSource, bytes: number, countdown: Countdown): ByteSource {
  const megabytes = (length: number): number => Math.ceil(length / 1e6);
  return {
    read: (at, length) => {
      countdown.at(megabytes(at), megabytes(bytes));
      return source.read(at, length);
    },
  };
}

function reportRows(report: ReplayReport): Row[] {
  const { ring, damaged, shed } = report.losses;
  const lost = ring + damaged + shed + report.damagedRecords;
  return [
    [
      piece("replayed", "good"),
      piece(`  ${span(report.spanMs)} from ${new Date(report.atMs).toISOString()}, ${report.made}`),
    ],
    labelled("events", `${kindsRow(report.events)} (${report.source === "ebpf" ? "kernel" : report.source})`),
    labelled(
      "lost",
      lost === 0 ? "none" : `${count(lost)} when it was recorded, ${report.damagedRecords} of them unreadable now`,
    ),
    labelled("memory", "began empty: the layer knew no more than the recording shows"),
    ...incidentRows(report),
    ...proposalRows(report),
  ];
}

function incidentRows({ incidents, atMs }: ReplayReport): Row[] {
  if (incidents.length === 0) return [[piece("no incidents: nothing was found that does not belong")]];
  const rows = incidents
    .slice(0, MAX_SHOWN)
    .flatMap((incident): Row[] => [
      [
        piece(incident.id, "bad"),
        piece(`  after ${span(incident.atMs - atMs)}${incident.count > 1 ? `, ${many(incident.count, "time")}` : ""}`),
        piece(`  ${incident.kinds.join(", ")}`, "dim"),
      ],
      ...wrap(incident.says, textWidth() - 2, 8).map((line): Row => [piece(`  ${line}`)]),
    ]);
  return [[piece(many(incidents.length, "incident"), "title")], ...rows];
}

function proposalRows({ proposals }: ReplayReport): Row[] {
  if (proposals.total === 0) return [[piece("nothing would have been asked of the guard")]];
  const rows = proposals.kinds
    .slice(0, MAX_SHOWN)
    .flatMap((asked): Row[] => [
      [
        piece(`${asked.kind} to ${asked.value}`, "cool"),
        piece(`  ${asked.target}, by ${asked.agent} after ${span(asked.firstMs)}, ${many(asked.count, "time")}`),
        piece(asked.incident === "" ? "" : `  for ${asked.incident}`, "dim"),
      ],
      ...wrap(asked.reason, textWidth() - 2, 4).map((line): Row => [piece(`  ${line}`, "dim")]),
    ]);
  return [[piece(`asked of the guard, ${many(proposals.total, "time")}`, "title")], ...rows];
}
