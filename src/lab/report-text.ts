import type { DropperResult, FirstLightResult } from "./results.ts";
import {
  BUSY,
  isBusy,
  clientSentence,
  othersSentence,
  ratio,
  reflexSentence,
  ROWS,
  setUpSentence,
  spread,
  whole,
} from "./report-words.ts";
import { pairRatios } from "./verdict.ts";

/** The report for a terminal: plain text, at most 100 columns but for what the layer itself says. */
export function textReport(result: FirstLightResult): string {
  const { balance, dropper, host } = result;
  return [
    "",
    `First light · kernel ${host.kernel}, ${host.cores} cores, cgroups ${host.cgroups}, ${whole(result.seconds)} s`,
    "",
    "1. A service stays fast beside batch jobs",
    ...wrap(setUpSentence(result)),
    ...wrap(clientSentence(result)),
    ...wrap(othersSentence(result)),
    ...(isBusy(result) ? wrap(BUSY) : []),
    "",
    row("", "layer off", "layer on", "on / off"),
    ...ROWS.map(({ name, unit, of }) =>
      row(
        name,
        spread(balance.off[of], unit),
        spread(balance.on[of], unit),
        ratio(balance.on[of].median / balance.off[of].median),
      ),
    ),
    "",
    `   p99 on / off, pair by pair:   ${pairRatios(balance.rounds, (round) => round.p99Us)
      .map(ratio)
      .join("  ")}`,
    `   work on / off, pair by pair:  ${pairRatios(balance.rounds, (round) => round.workPerSecond)
      .map(ratio)
      .join("  ")}`,
    ...wrap(reflexSentence(result)),
    ...balance.explained.flatMap((line) => wrap(line, "   | ")),
    "",
    "2. What does not belong is noticed and stopped",
    ...("missing" in dropper ? wrap(`Not shown on this host: ${dropper.missing}`) : dropperLines(dropper)),
    "",
    "3. Verdict",
    ...result.verdicts.flatMap(({ held, says }) => wrap(says, held ? "   held    " : "   MISSED  ")),
    "",
  ].join("\n");
}

function dropperLines(dropper: DropperResult): string[] {
  const { incident, undo } = dropper;
  const zero = dropper.timeline.find((moment) => moment.says.startsWith("is exploited"))?.atMs ?? 0;
  return [
    ...dropper.timeline.flatMap(({ atMs, who, says }) =>
      wrap(says, `   ${`${whole(atMs - zero)} ms`.padStart(9)}  ${who.padEnd(5)}  `),
    ),
    "",
    ...(incident === undefined ? [] : wrap(incident.says)),
    `   undo:  ${undo.command === "" ? undo.says : undo.command}`,
  ];
}

function row(name: string, ...cells: readonly string[]): string {
  return `   ${name.padEnd(14)} ${cells.map((cell) => cell.padEnd(28)).join("")}`.trimEnd();
}

/** Lines of at most 97 columns, the first behind `head`, the others below its text. */
function wrap(text: string, head = "   "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && head.length + line.length + 1 + word.length > 97) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? head : /\|/.test(head) ? head : " ".repeat(head.length)) + each);
}
