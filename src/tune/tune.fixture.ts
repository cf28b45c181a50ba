import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "node:test";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { runTune, type RunTuneOptions } from "./run-tune.ts";

/** A place with a tuning file, a host of its own, and something that a `set` command changes. */
export class TunePlace {
  readonly folder: string;
  readonly file: string;

  constructor(folder: string) {
    this.folder = folder;
    this.file = join(folder, "x.yaml");
  }

  static make(t: TestContext): TunePlace {
    const folder = mkdtempSync(join(tmpdir(), "swarms-tune-"));
    t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const place = new TunePlace(folder);
    place.write("proc/sys/vm/swappiness", "160");
    place.write("proc/sys/vm/vfs_cache_pressure", "100");
    place.write("etc/sysctl.d/README", "");
    place.write("thing", "off");
    return place;
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  fs(): CgroupFs {
    const [procRoot, etcRoot] = [join(this.folder, "proc"), join(this.folder, "etc")];
    return new CgroupFs(probeCgroupLayout(), { procRoot, etcRoot, cpus: 1 });
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8").trim();
  }

  /** The records of the latest history. */
  history(): readonly Record<string, unknown>[] {
    const { history } = JSON.parse(readFileSync(join(this.folder, "result.json"), "utf8")) as { history: string };
    return linesOf(history);
  }

  options(change: Partial<RunTuneOptions> = {}): RunTuneOptions {
    return {
      file: this.file,
      out: { write: (text: string) => this.write("result.json", text) },
      json: true,
      stateDir: join(this.folder, "state"),
      resume: false,
      apply: false,
      uid: statSync(this.folder).uid,
      sudoUid: undefined,
      procRoot: join(this.folder, "proc"),
      etcRoot: join(this.folder, "etc"),
      ...change,
    };
  }

  run(yaml: string, change: Partial<RunTuneOptions> = {}): ReturnType<typeof runTune> {
    this.write("x.yaml", yaml);
    return runTune(this.options(change));
  }
}

export function linesOf(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

// As a program of its own, to be killed: `node tune.fixture.ts FOLDER`.
if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  const place = new TunePlace(process.argv[2]);
  const status = await runTune(place.options({ json: false, out: process.stdout }));
  if (!status.ok) process.stdout.write(`${status.code}: ${status.says}\n`);
  process.exitCode = status.ok ? status.value : 1;
}
