/** An archive of the distribution as this machine's apt knows it. */
export interface Mirror {
  readonly uri: string;
  /** Key file that signs it; undefined where apt's own keys do. */
  readonly signedBy: string | undefined;
}

/**
 * The mirror from which this machine gets release `codename`, found among the texts of its source lists
 * (sources.list(5): deb822 and one-line style): the entry for exactly that suite with the component "main".
 */
export function findMirror(sources: readonly string[], codename: string): Mirror | undefined {
  return sources
    .flatMap((text) => [...deb822(text), ...oneLine(text)])
    .find(({ suites, components }) => suites.includes(codename) && components.includes("main"))?.mirror;
}

/** A source list in deb822 style for other suites of the same mirror. */
export function sourcesFor(mirror: Mirror, suites: readonly string[]): string {
  const lines = ["Types: deb", `URIs: ${mirror.uri}`, `Suites: ${suites.join(" ")}`, "Components: main"];
  if (mirror.signedBy !== undefined) lines.push(`Signed-By: ${mirror.signedBy}`);
  return `${lines.join("\n")}\n`;
}

interface Entry {
  readonly mirror: Mirror;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

function deb822(text: string): Entry[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const line of stanza.split("\n")) {
      const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (field) fields.set(field[1]?.toLowerCase() ?? "", field[2]?.trim() ?? "");
    }
    const uri = words(fields.get("uris"))[0];
    if (uri === undefined || !words(fields.get("types")).includes("deb")) return [];
    if (/^no$/i.test(fields.get("enabled") ?? "yes")) return [];
    const mirror = { uri, signedBy: fields.get("signed-by") || undefined };
    return [{ mirror, suites: words(fields.get("suites")), components: words(fields.get("components")) }];
  });
}

function oneLine(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.trim());
    if (match === null) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/.exec(options)?.[1];
    return [{ mirror: { uri, signedBy }, suites: [suite], components: words(components.replace(/#.*/, "")) }];
  });
}

function words(text = ""): string[] {
  return text.split(/\s+/).filter(Boolean);
}
