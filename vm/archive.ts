import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMirror, sourcesFor } from "./mirror.ts";
import { Unavailable } from "./unavailable.ts";

/** The distribution's archive seen through a source list and a state folder of our own; the machine's are only read. */
export class Archive {
  private readonly options: readonly string[];

  private constructor(folder: string, sources: string) {
    for (const name of ["lists/partial", "cache/archives/partial", "packages"])
      mkdirSync(join(folder, name), { recursive: true });
    const list = join(folder, "swarms.sources");
    writeFileSync(list, sources);
    this.options = Object.entries({
      "Dir::Etc::sourcelist": list,
      "Dir::Etc::sourceparts": "/dev/null",
      "Dir::State::Lists": join(folder, "lists"),
      "Dir::State::status": "/dev/null",
      "Dir::Cache": join(folder, "cache"),
      // The cache may lie where apt's own user cannot reach it.
      "APT::Sandbox::User": "root",
      "APT::Architecture": "amd64",
      "APT::Architectures": "amd64",
      "Acquire::Languages": "none",
      "Acquire::Retries": "2",
      "Acquire::http::Timeout": "20",
    }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  }

  /** Fetches the package lists of the suites. Throws Unavailable with apt's own words. */
  static open(folder: string, suites: readonly string[]): Archive {
    const codename = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
    const mirror = findMirror(machineSources(), codename);
    if (mirror === undefined) throw new Unavailable(`apt's source lists name no mirror with main for "${codename}"`);
    const archive = new Archive(folder, sourcesFor(mirror, suites));
    // A list that cannot be fetched is only a warning to apt unless told otherwise.
    archive.run("apt-get", ["-o", "APT::Update::Error-Mode=any", "-q", "update"]);
    return archive;
  }

  packageNames(): string[] {
    return this.run("apt-cache", ["pkgnames", "linux-"]).split("\n").filter(Boolean);
  }

  version(name: string): string {
    return /^Version: (\S+)$/m.exec(this.run("apt-cache", ["show", "--no-all-versions", name]))?.[1] ?? "?";
  }

  /** Downloads a package, checked by apt against the signed lists, and unpacks it. */
  unpack(name: string, into: string): void {
    mkdirSync(into, { recursive: true });
    this.run("apt-get", ["-q", "download", name], into);
    const file = readdirSync(into).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
    if (file === undefined) throw new Unavailable(`apt-get download ${name} left no file`);
    run("dpkg-deb", ["-x", file, "."], into);
  }

  private run(command: string, args: readonly string[], cwd?: string): string {
    return run(command, [...this.options, ...args], cwd);
  }
}

function machineSources(): string[] {
  const parts = "/etc/apt/sources.list.d";
  const files = readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name));
  return ["/etc/apt/sources.list", ...files.map((name) => join(parts, name))].flatMap((path) => {
    try {
      return [readFileSync(path, "utf8")];
    } catch {
      return [];
    }
  });
}

function run(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 180_000 });
  if (status === 0) return stdout;
  const says = (error?.message ?? stderr).trim().split("\n").slice(-3).join(" ");
  throw new Unavailable(`${command} ${args.at(-1)}: ${says || `exit ${status}`}`);
}
