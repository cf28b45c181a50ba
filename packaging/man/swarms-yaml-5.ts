import { type ConfigKey, configKeys } from "../../src/core/config-keys.ts";
import { bold, escaped, italic, item, type Lines, page, paragraph, verbatim } from "./roff.ts";

export function swarmsYaml5(about: { readonly version: string; readonly date: string }): string {
  return page({
    ...about,
    name: "swarms.yaml",
    section: 5,
    says: "configuration of the Swarms Layer",
    sections: {
      SYNOPSIS: [escaped("/etc/swarms/swarms.yaml"), ".br", escaped("/etc/swarms/conf.d/*.yaml")],
      DESCRIPTION: [
        escaped(
          "YAML 1.2. Every key may be left out; without the file the defaults hold, and with those nothing on the host is changed. Files in conf.d are merged over the main file in the order of their names: tables key by key, lists one after the other.",
        ),
        ...paragraph(
          "Check it with swarms validate, which names every mistake with its line and says in words what the whole comes to. A running layer reads it again at SIGHUP (systemctl reload swarms); one with a mistake changes nothing.",
        ),
        ...paragraph(
          "NAME and KIND stand for a key that you choose; [] stands for each entry of a list. A mode is one of observe, advise and enforce.",
        ),
      ],
      KEYS: configKeys().flatMap(keyItem),
      EXAMPLE: [
        ...paragraph("A service that must answer fast beside batch work; slices of the batch work may be slowed:"),
        ...verbatim([
          "mode: enforce",
          "scope: [/batch.slice]",
          "workloads:",
          "  - { name: shop, match: { unit: shop.service }, kind: latency, targetMs: 2 }",
          "  - { name: nightly, cgroup: /batch.slice, kind: batch }",
        ]),
      ],
      "SEE ALSO": [`${bold("swarms")}(1)`],
    },
  });
}

function keyItem({ key, type, byDefault, says }: ConfigKey): Lines {
  const falls = byDefault === undefined ? "" : `; default ${escaped(byDefault)}`;
  const [first = ""] = [says].filter((text) => text !== "").map(escaped);
  return item(`${bold(key)} (${italic(type)}${falls})`, [first]);
}
