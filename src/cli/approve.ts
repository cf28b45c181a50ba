import type { Command } from "commander";
import { printable } from "../core/printable.ts";
import type { WaitingInfo } from "../core/wire/control.ts";
import { globalsOf, must } from "./global-options.ts";
import { printJson, printRows } from "./output.ts";
import { piece, type Row } from "./view/row.ts";
import { ago } from "./view/words.ts";
import { askWarden } from "./warden-client.ts";

/** `swarms approve [ID]`: carries out what waits in advise mode; without an id, shows what waits. */
export function registerApprove(program: Command): void {
  program
    .command("approve")
    .description("carry out a proposal that waits in advise mode; without an id, list what waits")
    .argument("[id]", "such as a-12")
    .action(async (id: string | undefined, _options: object, command: Command) => {
      const { json, paths } = globalsOf(command);
      const request = id === undefined ? ({ ask: "waiting" } as const) : ({ ask: "approve", id } as const);
      const answer = must(await askWarden(paths.control, request));
      if (json) return printJson(answer);
      if (id === undefined) return printRows(waitingRows(answer.waiting ?? [], Date.now()));
      printRows([[piece(answer.says)]]);
    });
}

/** `swarms dismiss ID`: takes a proposal off the list; it is not asked for again for an hour. */
export function registerDismiss(program: Command): void {
  program
    .command("dismiss")
    .description("decline a proposal that waits in advise mode; it is not made again for an hour")
    .argument("<id>", "such as a-12")
    .action(async (id: string, _options: object, command: Command) => {
      const { json, paths } = globalsOf(command);
      const answer = must(await askWarden(paths.control, { ask: "dismiss", id }));
      if (json) printJson(answer);
      else printRows([[piece(answer.says)]]);
    });
}

export function waitingRows(waiting: readonly WaitingInfo[], nowMs: number): Row[] {
  if (waiting.length === 0) return [[piece("nothing waits for approval")]];
  return waiting.flatMap((entry): Row[] => {
    const { id, kind, cgroup, from, to, agent, reason, needed, approvedBy, sinceMs, untilMs } = entry;
    const people = needed > 1 ? `, ${approvedBy.length} of ${needed} people have approved` : "";
    const leftMin = Math.max(1, Math.round((untilMs - nowMs) / 60_000));
    return [
      [piece(id, "good"), piece(`  ${kind} of ${printable(cgroup, 200)}: ${printable(from)} → ${printable(to)}`)],
      [piece(`      ${printable(agent)}: ${printable(reason, 300)}`)],
      [piece(`      asked ${ago(nowMs - sinceMs)}, forgotten in ${leftMin} min unless asked again${people}`, "dim")],
    ];
  });
}
