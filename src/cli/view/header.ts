import type { Mode } from "../../core/action.ts";
import type { StatusDocument } from "../../core/status.ts";
import { bar, pressureStyle } from "./bar.ts";
import { headlineRow } from "./headline.ts";
import { piece, spread, widthOf, type Row, type Style } from "./row.ts";
import { eventsRows } from "./senses.ts";
import { ago, many, MODE_SAYS, percent, span } from "./words.ts";

const MODE_STYLES: Readonly<Record<Mode, Style>> = { observe: "cool", advise: "warn", enforce: "good" };

/** Who runs where, what a person must know first, in which mode, how the host is doing, and what is seen of it. `brief`: nothing that can wait. */
export function headerRows(status: StatusDocument, width: number, host: string, brief = false): Row[] {
  return [
    titleRow(status, width, host),
    headlineRow(status),
    ...modeRows(status, width),
    ...toleranceRows(status),
    ...rootlessRows(status),
    pressureRow(status, width),
    ...eventsRows(status, width),
    ...(brief ? [] : [...rulesRows(status), ...programsRows(status)]),
  ];
}

function titleRow(status: StatusDocument, width: number, host: string): Row {
  const on = host === "" ? "" : ` on ${host}`;
  const left: Row = [piece(" swarms", "title"), piece(` ${status.version}`, "dim"), piece(on)];
  const { warden, hive } = status.pids;
  const pids = status.arrangement === "rootless" ? `pid ${hive}` : `warden ${warden}, hive ${hive}`;
  const cores = status.host["cpu.cores"];
  const busy = cores === undefined ? "" : `${cores.toFixed(2)} cores busy · `;
  const right: Row = [
    piece(width < 100 ? "" : `${pids} · `, "dim"),
    piece(`${busy}up ${span(status.atMs - status.sinceMs)} `),
  ];
  return spread(left, right, width);
}

function modeRows({ modes, scope }: StatusDocument, width: number): Row[] {
  const colony = (name: string, mode: Mode): Row => [
    piece(` ${name} `, "dim"),
    piece(mode, MODE_STYLES[mode]),
    piece(`: ${MODE_SAYS[mode]}`),
  ];
  const balance = colony("balance", modes.balance);
  const immune = colony("immune", modes.immune);
  const where: Row = [piece(" scope ", "dim"), ...scopeWords(scope)];
  const both: Row = [...balance, piece("  "), ...immune];
  const all: Row = [...both, piece("  "), ...where];
  if (widthOf(all) <= width) return [all];
  return widthOf(both) <= width ? [both, where] : [balance, immune, where];
}

function scopeWords(scope: readonly string[]): Row {
  return scope.length === 0 ? [piece("none: nothing may be touched")] : [piece(scope.join(" "))];
}

function rootlessRows({ arrangement }: StatusDocument): Row[] {
  if (arrangement !== "rootless") return [];
  return [[piece(" without root", "warn"), piece(": one process, read-only, sampled; sudo sees and does more")]];
}

const RESOURCES = ["cpu", "memory", "io"] as const;

function pressureRow({ host }: StatusDocument, width: number): Row {
  const known = RESOURCES.flatMap((resource) => {
    const level = host[`pressure.${resource}.some`];
    return level === undefined ? [] : [{ resource, level }];
  });
  const label = width < 72 ? "" : " pressure ";
  if (known.length === 0) return [piece(" pressure ", "dim"), piece("not told by this kernel, or not yet")];
  const words = label.length + known.reduce((sum, { resource }) => sum + resource.length + 9, 0);
  const barWidth = Math.max(4, Math.min(24, Math.floor((width - words) / known.length)));
  return [piece(label, "dim"), ...known.flatMap(({ resource, level }) => gauge(resource, level, barWidth))];
}

function gauge(resource: string, level: number, barWidth: number): Row {
  const style = pressureStyle(level);
  const words = piece(` ${percent(level).padEnd(6)}`, level < 0.1 ? "plain" : style);
  return [piece(` ${resource} `, "dim"), ...bar(level, barWidth, style), words];
}

/** How many rules are asked, why others are not, and what became of the latest files; nothing where there never were rules. */
function rulesRows({ rules, atMs }: StatusDocument): Row[] {
  if (rules === undefined) return [];
  const { inForce, inPart, unusable, unresolved, latest } = rules;
  const dead = unusable.events + unusable.fields;
  const why = [
    unusable.events === 0 ? "" : `${unusable.events} not sensed`,
    unusable.fields === 0 ? "" : `${unusable.fields} without a field's value`,
  ].filter((each) => each !== "");
  const read = `files ${latest.says === undefined ? "read" : "refused"} ${ago(atMs - latest.atMs)}`;
  return [
    [
      piece(" rules ", "dim"),
      piece(`${inForce} in force`),
      piece(inPart === 0 ? "" : `, ${inPart} in part`, "dim"),
      piece(dead === 0 ? "" : `, ${dead} never fire here (${why.join(", ")})`, "warn"),
      piece(unresolved === undefined ? "" : `, host names without an address: ${unresolved.count}`, "dim"),
      piece(` · ${read}`, latest.says === undefined ? "dim" : "bad"),
    ],
  ];
}

/** Why nothing is contained on a host's first day; nothing where it is. */
function toleranceRows({ learning, atMs }: StatusDocument): Row[] {
  const untilMs = learning?.tolerantUntilMs;
  if (untilMs === undefined) return [];
  const left = span(Math.max(0, untilMs - atMs));
  return [
    [piece(" learns ", "cool"), piece(`this host for another ${left}: what may only be new is told, not contained`)],
  ];
}

/** Which programs' habits are known yet, and until when the next is learned; nothing where none are. */
function programsRows({ learning, atMs }: StatusDocument): Row[] {
  if (learning?.programs === undefined) return [];
  const { learned, learning: open, nextMs } = learning.programs;
  const next = nextMs === undefined || open === 0 ? "" : ` · next in ${span(Math.max(0, nextMs - atMs))} or later`;
  return [
    [
      piece(" learned ", "dim"),
      piece(`${learned} of ${many(learned + open, "program")} (order of system calls)`),
      piece(next, "dim"),
    ],
  ];
}
