import { type CommandRow, everyCommand, type OptionRow } from "../../src/cli/command-table.ts";
import { EXIT } from "../../src/core/errors.ts";
import { bold, escaped, italic, item, type Lines, page, paragraph, verbatim } from "./roff.ts";

/** What the signals do to `swarms run`. */
const SIGNALS = {
  "SIGINT, SIGTERM": "Ends the layer; everything that it changed is put back first.",
  SIGHUP:
    "Reads the configuration again where the layer runs without a terminal; with one it ends the layer, as a terminal that is closed does.",
} as const;

const FILES = {
  "/etc/swarms/swarms.yaml": "the configuration; see swarms.yaml(5)",
  "/etc/swarms/conf.d/*.yaml": "more of it, merged over that file in the order of their names",
  "/var/lib/swarms/journal": "the record of every change, chained and signed; root's alone",
  "/var/lib/swarms/hive": "what was learned, and the socket of the interface for programs",
  "/run/swarms": "the door at which the hive knocks where the service manager starts it",
} as const;

const ENVIRONMENT = {
  SWARMS_NO_INSTALL: "Set: nothing is ever installed by the launcher; what is missing is named.",
  NO_COLOR: "Set: no colours (no-color.org).",
  COLUMNS: "Width of what is printed where standard output is no terminal.",
} as const;

const EXIT_SAYS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "done",
  failed: "done, and the answer is no: a test that differs, a claim that does not hold, a bar that was missed",
  usage: "the command line is not understood",
  dataErr: "a file has contents that cannot be used",
  noInput: "a file or a name that was given is not there",
  unavailable: "something that is needed is not there or does not answer",
  software: "a defect in the layer",
  cantCreate: "a file cannot be created",
  ioErr: "a file cannot be read or written",
  tempFail: "somebody else uses it now",
  permission: "this needs root, or another user",
  config: "the configuration is not valid",
};

export function swarms1(program: CommandRow, about: { readonly version: string; readonly date: string }): string {
  return page({
    ...about,
    name: "swarms",
    section: 1,
    says: "keeps services fast, notices and contains what does not belong",
    sections: {
      SYNOPSIS: [`${bold("swarms")} [${italic("options")}] ${italic("command")} [${italic("arguments")}]`],
      DESCRIPTION: [
        escaped(
          "The Swarms Layer stands between the Linux kernel and the services of a host. Many small agents watch processes, connections and pressure, and leave marks for each other that fade. From those marks follow two things: services keep their answer times beside batch work, and programs that do not belong are noticed and held.",
        ),
        ...paragraph(
          "It starts in the mode observe, in which nothing on the host is changed. Every change that it may make is named in the configuration, bounded, written down before it is made, and taken back by itself.",
        ),
      ],
      OPTIONS: [...paragraph("Understood by every command."), ...program.options.flatMap(optionItem)],
      COMMANDS: commands(program),
      "EXIT STATUS": [
        ...paragraph("By sysexits(3)."),
        ...Object.entries(EXIT).flatMap(([name, status]) =>
          item(bold(String(status)), [escaped(EXIT_SAYS[name as keyof typeof EXIT])]),
        ),
      ],
      SIGNALS: table(SIGNALS),
      FILES: table(FILES),
      ENVIRONMENT: table(ENVIRONMENT),
      EXAMPLES: [
        ...paragraph("Watch this host live; nothing is changed:"),
        ...verbatim(["swarms run"]),
        ...paragraph("As a service:"),
        ...verbatim(["systemctl enable --now swarms", "swarms status", "swarms doctor --security"]),
        ...paragraph("Why a change was made, and take it back:"),
        ...verbatim(["swarms explain c-0017", "swarms undo c-0017"]),
      ],
      "SEE ALSO": [`${bold("swarms.yaml")}(5), ${bold("systemd")}(1), ${bold("cgroups")}(7), ${bold("bpf")}(2)`],
    },
  });
}

function table(rows: Readonly<Record<string, string>>): Lines {
  return Object.entries(rows).flatMap(([tag, says]) => item(bold(tag), [escaped(says)]));
}

function commands(program: CommandRow): Lines {
  const headings = [...new Set(program.commands.map(({ heading }) => heading))];
  return headings.flatMap((heading) => [
    `.SS ${escaped(heading.replace(/:$/, ""))}`,
    ...program.commands
      .filter((row) => row.heading === heading)
      .flatMap((row) => everyCommand(row).flatMap(commandItem)),
  ]);
}

function commandItem(row: CommandRow): Lines {
  const tag = [bold(row.path.join(" ")), ...row.arguments.map(({ shown }) => italic(shown))].join(" ");
  const options = row.options.flatMap(optionItem);
  const below = options.length === 0 ? [] : [".RS", ...options, ".RE"];
  return [...item(tag, [`${escaped(sentence(row.says))}`]), ...below];
}

function optionItem({ flags, choices, says }: OptionRow): Lines {
  const allowed = choices.length === 0 ? "" : ` One of ${choices.join(", ")}.`;
  return item(bold(flags), [escaped(`${sentence(says)}${allowed}`)]);
}

/** Help texts are without capital and full stop; a manual's are sentences. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
