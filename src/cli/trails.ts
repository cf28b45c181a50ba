import type { Command } from "commander";
import { knownSpec } from "../core/action.ts";
import type { Trail, TrailSetting } from "../core/trail.ts";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printLines, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { many } from "./view/words.ts";

/** `swarms trails`: settings that the search found better once, and would try first again. */
export function registerTrails(program: Command): void {
  program
    .command("trails")
    .description("settings that won on this host and are tried first when the same workloads run again")
    .option("--delete <id>", "forget one, such as t-7k2m9q")
    .action(async (options: { delete?: string }, command: Command) => {
      const { client, json } = globalsOf(command);
      if (options.delete !== undefined) {
        const deleted = answered(await client.deleteTrail(options.delete), "see `swarms trails`");
        if (json) printJson({ id: options.delete, ...deleted });
        else printLines([deleted.says]);
        return;
      }
      const trails = answered(await client.trails());
      if (json) printJson(trails);
      else printRows(rowsOf(trails));
    });
}

function rowsOf(trails: readonly Trail[]): Row[] {
  if (trails.length === 0) return [[piece("no trails: nothing was found yet that is better than doing nothing")]];
  return trails.flatMap((trail): Row[] => [
    [piece(trail.id, "good"), piece(`  ${trail.settings.map(settingSays).join(", ")}`)],
    [piece(`  ${gainSays(trail)}; strength ${trail.strength.toFixed(2)}, ${historySays(trail)}`)],
    ...wrap(`where: ${trail.shape}; about ${2 ** trail.load} wake-ups/s`, textWidth() - 2, 4).map((line): Row => [
      piece(`  ${line}`, "dim"),
    ]),
  ]);
}

function settingSays({ kind, entity, value }: TrailSetting): string {
  // A row may be of another version of the layer, which knew other kinds.
  const unit = knownSpec(kind)?.unit ?? "";
  return `${kind} ${value}${["flag", "weight", ""].includes(unit) ? "" : ` ${unit}`} on ${entity.replace(/^w:/, "")}`;
}

function gainSays({ gain, interval, pairs }: Trail): string {
  return `${percent(gain)} (${percent(interval[0])} to ${percent(interval[1])}) in ${many(pairs, "pair")}`;
}

function historySays({ wins, failures }: Trail): string {
  return `${many(wins, "win")}, ${many(failures, "failure")}`;
}

function percent(share: number): string {
  const points = Math.round(share * 1000) / 10;
  return `${points >= 0 ? "+" : ""}${points} %`;
}
