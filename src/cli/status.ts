import type { Command } from "commander";
import { ALARMS, type GuardInfo } from "../core/guard-info.ts";
import { answered, currentUid, globalsOf } from "./global-options.ts";
import { frameOptions, printJson, printLines, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { renderStatus } from "./view/frame.ts";
import { piece, type Row } from "./view/row.ts";
import { ago, many } from "./view/words.ts";
import { askWarden } from "./warden-client.ts";

/**
 * `swarms status`: what the running layer sees and does now. Root is told by the warden itself what the guard counted
 * and raised: the rest comes through the unprivileged half, which could leave it out.
 */
export function registerStatus(program: Command): void {
  program
    .command("status")
    .description("what the running layer sees and does now")
    .action(async (_options: object, command: Command) => {
      const { client, json, paths } = globalsOf(command);
      const asked = currentUid() === 0 ? await askWarden(paths.control, { ask: "guard" }) : undefined;
      const guard = asked?.ok === true ? asked.value.guard : undefined;
      const status = await client.status();
      // Where the one half is silent, the other still has its say.
      if (!status.ok && guard !== undefined && !json) printRows(wardenRows(guard, Date.now()));
      const document = answered(status);
      if (json) return printJson(guard === undefined ? document : { ...document, guard });
      printLines(renderStatus(document, frameOptions()));
      if (guard !== undefined) printRows(wardenRows(guard, Date.now()));
    });
}

function wardenRows({ outcomes, codes, alarms }: GuardInfo, nowMs: number): Row[] {
  const refused = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
  const counts = `applied ${outcomes.applied}, renewed ${outcomes.renewed}, refused ${outcomes.refused}`;
  const hasActed = Object.values(outcomes).some((count) => count > 0);
  const counted = wrap(
    `changes, as the warden counts them: ${counts}${refused.length === 0 ? "" : ` (${refused.join(", ")})`}`,
    textWidth() - 2,
    4,
  ).map((line, at): Row => [piece(`${at === 0 ? " " : "   "}${line}`)]);
  return [
    ...(hasActed ? counted : []),
    ...alarms.flatMap(({ alarm, count, lastMs, latest, agents }): Row[] => {
      const { says } = ALARMS[alarm];
      const rest = `${many(count, "time")}, ${ago(nowMs - lastMs)}, asked for by ${agents.join(", ")}: ${latest}`;
      return [
        [piece(` alarm `, "bad"), piece(says)],
        ...wrap(rest, textWidth() - 8, 3).map((line): Row => [piece(`       ${line}`, "dim")]),
      ];
    }),
  ];
}
