import type { Command } from "commander";
import { SwarmsError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { printable } from "../core/printable.ts";
import type { ProfileInfo, ProfileList } from "../core/sequence-profile.ts";
import { answered, globalsOf, type Globals } from "./global-options.ts";
import { labelled } from "./labelled.ts";
import { printJson, printLines, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row, type Style } from "./view/row.ts";
import { many, span } from "./view/words.ts";

const FILE = "path of the executable, or the profile's name such as s-2049-1234-1700000000000";

/** `swarms sequences`: whose orders of system calls are learned and checked. */
export function registerSequences(program: Command): void {
  const sequences = program
    .command("sequences")
    .description("orders of system calls that executables are known for: list, show, freeze, reset, export");
  sequences
    .command("list")
    .description("every executable with its stage, windows, fill and departures")
    .action(async (_options: object, command: Command) => {
      const { client, json } = globalsOf(command);
      const list = answered(await client.profiles());
      if (json) printJson(list);
      else printRows(listRows(list));
    });
  sequences
    .command("show")
    .description("one executable's profile")
    .argument("<file>", FILE)
    .action(async (file: string, _options: object, command: Command) => {
      const globals = globalsOf(command);
      const profile = await find(globals, file);
      if (globals.json) printJson(profile);
      else printRows(showRows(profile));
    });
  sequences
    .command("export")
    .description("the profile with its bitmap (2,048 little-endian words in base64), as JSON")
    .argument("<file>", FILE)
    .action(async (file: string, _options: object, command: Command) => {
      const globals = globalsOf(command);
      const { id } = await find(globals, file);
      printJson(answered(await globals.client.profile(id)));
    });
  change(sequences, "freeze", "learn no more, and check against what was learned so far");
  change(sequences, "reset", "forget what was learned, and learn anew");
}

function change(sequences: Command, verb: "freeze" | "reset", description: string): void {
  sequences
    .command(verb)
    .description(description)
    .argument("<file>", FILE)
    .action(async (file: string, _options: object, command: Command) => {
      const globals = globalsOf(command);
      const { id } = await find(globals, file);
      const done = answered(await globals.client.changeProfile(id, verb));
      if (globals.json) printJson({ id, ...done });
      else printLines([done.says]);
    });
}

async function find({ client }: Globals, file: string): Promise<ProfileInfo> {
  const { profiles } = answered(await client.profiles());
  const found = profiles.find(({ id, path }) => id === file || path === file);
  if (found !== undefined) return found;
  const meant = nearest(
    file,
    profiles.map(({ path }) => path),
  );
  const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
  throw new SwarmsError("SW-NOT-FOUND", `no profile of ${printable(file, 200)}${hint}`, {
    todo: "see `swarms sequences list`",
  });
}

const LOOKS: Readonly<Record<ProfileInfo["stage"], Style>> = {
  learning: "plain",
  paused: "warn",
  checking: "good",
  frozen: "good",
};

const NONE =
  "no profiles yet: an executable gets one once a thread of it has made 4,096 calls, and only at `colonies.immune.depth: full`";

function listRows({ profiles, turnedAway, untold, unplaced, refused }: ProfileList): Row[] {
  const left = [
    turnedAway > 0 ? `${many(turnedAway, "executable")} found no place` : "",
    refused > 0 ? `${many(refused, "order")} found no place in the kernel` : "",
    unplaced > 0 ? `${many(unplaced, "call")} could not be kept` : "",
    untold > 0 ? `${many(untold, "departure")} within a second after another` : "",
  ].filter((text) => text !== "");
  if (profiles.length === 0)
    return [
      ...wrap(NONE, textWidth(), 3).map((text): Row => [piece(text)]),
      ...left.map((text): Row => [piece(text, "dim")]),
    ];
  const rows = profiles.toSorted((a, b) => b.departures - a.departures || a.path.localeCompare(b.path));
  return [
    [piece("stage     windows     fill  departures  executable", "dim")],
    ...rows.map(({ stage, windows, fill, departures, path, learnedMs }): Row => [
      piece(stage.padEnd(10), LOOKS[stage]),
      piece(`${count(windows).padEnd(12)}${percent(fill).padEnd(6)}${count(departures).padEnd(12)}${path}`),
      piece(learnedMs === undefined ? "" : `  ${untilSays(learnedMs)}`, "dim"),
    ]),
    ...left.map((text): Row => [piece(text, "dim")]),
  ];
}

/** Until when it is learned. */
function untilSays(learnedMs: number): string {
  return `learned in ${span(Math.max(0, learnedMs - Date.now()))} or later`;
}

function showRows(profile: ProfileInfo): Row[] {
  const { id, path, stage, windows, fill, departures, sinceMs, changedMs, learnedMs } = profile;
  return [
    [piece(path, "bold")],
    labelled("name", id),
    labelled("stage", learnedMs === undefined ? stage : `${stage}, ${untilSays(learnedMs)}`),
    labelled("windows", `${count(windows)} of seven calls`),
    labelled("fill", `${percent(fill)} of the bitmap is set`),
    labelled("departures", count(departures)),
    labelled("since", new Date(sinceMs).toISOString()),
    ...(changedMs > 0
      ? [
          labelled(
            "changed",
            `${new Date(changedMs).toISOString()}: its content was another before, and is learned anew`,
          ),
        ]
      : []),
  ];
}

const count = (value: number): string => value.toLocaleString("en-US");
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
