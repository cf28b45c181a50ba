import type { Command } from "commander";
import type { Memory } from "../core/memory.ts";
import { answered, globalsOf } from "./global-options.ts";
import { printJson, printLines, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { ago, many } from "./view/words.ts";

/** `swarms memory list | forget ID`: what people's words about incidents have left. */
export function registerMemory(program: Command): void {
  const memory = program
    .command("memory")
    .description("what was confirmed, and is recognised at once, and what was dismissed, and is tolerated");
  memory
    .command("list", { isDefault: true })
    .description("all that is remembered, the latest met first")
    .action(async (_options: object, command: Command) => {
      const { client, json } = globalsOf(command);
      const memories = answered(await client.memories());
      if (json) printJson(memories);
      else printRows(memories.length === 0 ? [[piece(NOTHING)]] : memories.flatMap((one) => rowsOf(one, Date.now())));
    });
  memory
    .command("forget")
    .description("neither recognise nor tolerate it any more")
    .argument("<id>", "the incident, such as i-7k2m9q")
    .action(async (id: string, _options: object, command: Command) => {
      const { client, json } = globalsOf(command);
      const forgotten = answered(await client.forget(id), "see `swarms memory list`");
      if (json) printJson({ id, ...forgotten });
      else printLines([forgotten.says]);
    });
}

const NOTHING = "nothing is remembered: `swarms confirm ID` and `swarms dismiss ID` teach it";

function rowsOf(memory: Memory, nowMs: number): Row[] {
  const { id, word, program, parent, kinds, techniques, destinations, strength, met, lastMs } = memory;
  const isConfirmed = word === "confirmed";
  const started = parent === "" ? "" : `, started by ${parent}`;
  const about = [kinds.join(", "), techniques.join(", "), ...destinations.map((where) => `${where} addresses`)];
  return [
    [
      piece(id, isConfirmed ? "bad" : "good"),
      piece(`  ${isConfirmed ? "recognised at once" : "tolerated"}`),
      piece(`  strength ${strength.toFixed(2)}, met ${many(met, "time")} since, last ${ago(nowMs - lastMs)}`, "dim"),
    ],
    ...wrap(`${program}${started}`, textWidth() - 2, 2).map((line): Row => [piece(`  ${line}`)]),
    ...wrap(about.filter((text) => text !== "").join("; "), textWidth() - 2, 3).map((line): Row => [
      piece(`  ${line}`, "dim"),
    ]),
  ];
}
