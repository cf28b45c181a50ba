import type { Command } from "commander";
import type { WaitingInfo } from "../core/guard-info.ts";
import { globalsOf, must } from "./global-options.ts";
import { printJson, printRows, textWidth } from "./output.ts";
import { piece, type Row } from "./view/row.ts";
import { waitingRows } from "./view/waiting.ts";
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
      const answer = must(await askWarden(paths.control, request), WAITING);
      if (json) return printJson(answer);
      if (id === undefined) return printRows(listRows(answer.waiting ?? []));
      printRows([[piece(answer.says)]]);
    });
}

/** Where a name is unknown. */
export const WAITING = "`swarms approve` lists what waits";

function listRows(waiting: readonly WaitingInfo[]): Row[] {
  if (waiting.length === 0) return [[piece("nothing waits for approval")]];
  return waiting.flatMap((entry) => waitingRows(entry, Date.now(), textWidth()));
}
