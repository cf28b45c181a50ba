import type { FileRef } from "../../core/entity.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import { fileOf } from "../../kernel/file-ref.ts";
import type { ExecRefusal, HostAccess } from "../../kernel/host-access.ts";
import type { About, Actuator } from "./actuator.ts";

/** Executables refused to one group at a time; beyond this something else is called for. */
const MAX_FILES = 32;

interface Row {
  readonly kind: "exec.deny" | "exec.kill";
  readonly of: (host: HostAccess) => ExecRefusal | undefined;
}

/**
 * Refuses executables to a group and the groups below it, by device and inode: neither another name, a link
 * nor a relative path is a way around. The state is the list of them, "DEV:INO …"; each change adds one to
 * what the one before had. All are held by this process: with the warden every refusal ends.
 */
function execRefusal({ kind, of }: Row): Actuator {
  const portOf = (fs: CgroupFs): Result<ExecRefusal> => {
    const port = of(fs.host);
    if (port === undefined)
      return failed("SW-GUARD-KNOB", `this host, or this process of the layer, has no way for ${kind}`);
    return fs.hierarchy("v2") === undefined ? failed("SW-GUARD-KNOB", "no cgroup2 file system is mounted") : ok(port);
  };
  const set = (fs: CgroupFs, path: string, files: readonly FileRef[]): Result<string> => {
    const port = portOf(fs);
    const [dir, id] = [fs.dir("v2", path), fs.inode("v2", path)];
    if (!port.ok) return port;
    if (dir === undefined || id === undefined) return failed("SW-GUARD-GONE", `${path} does not exist`);
    const done = port.value.set({ id, dir, path }, files);
    return done.ok ? ok(`by ${port.value.means}`) : done;
  };
  return {
    kind,
    controller: "v2",
    probe(fs, cgroup) {
      const port = portOf(fs);
      const there = port.ok ? fs.read("v2", cgroup, "cgroup.procs") : port;
      return there.ok ? ok("cgroup.procs") : there;
    },
    read(fs, cgroup) {
      const id = fs.inode("v2", cgroup);
      if (id === undefined) return failed("SW-GUARD-GONE", `${cgroup} does not exist`);
      return ok(textOf(of(fs.host)?.list(id) ?? []));
    },
    encode: () => "",
    prepare(fs, _, about) {
      const file = about.file ?? executableOf(fs, about);
      if (file === undefined) return failed("SW-GUARD-GONE", "no file is named, and no process shows what it runs");
      const known = parse(this.read(fs, about.cgroup)) ?? [];
      const all = known.some((each) => keyOf(each) === keyOf(file)) ? known : [...known, file];
      if (isVital(fs, about, file)) return failed("SW-GUARD-PROTECTED", `${keyOf(file)} is run by what is protected`);
      return all.length > MAX_FILES
        ? failed("SW-GUARD-BOUNDS", `${MAX_FILES} executables are refused to the group already`)
        : ok(textOf(all));
    },
    apply(fs, cgroup, setting) {
      const files = parse(ok(setting));
      if (files === undefined || files.length === 0)
        return failed("SW-GUARD-KNOB", `${JSON.stringify(setting)} is no list of files`);
      return set(fs, cgroup, files);
    },
    restore(fs, cgroup, raw) {
      const files = parse(ok(raw));
      if (files === undefined) return failed("SW-GUARD-KNOB", `${JSON.stringify(raw)} is no list of files`);
      const done = set(fs, cgroup, files);
      return done.ok ? ok(undefined) : done;
    },
    shows: (raw, setting) => raw === setting,
    same: (raw, other) => raw === other,
    value: (_, raw) => (raw === NONE ? 0 : 1),
    describe: (_, raw) => (raw === NONE ? "nothing refused" : `refused ${raw}`),
  };
}

const NONE = "none";

/** What protected processes and the layer itself run must stay startable, or nothing could ever restart them. */
function isVital(fs: CgroupFs, { config }: About, file: FileRef): boolean {
  const paths = [...config.protect.executables, `${fs.host.procRoot}/self/exe`, `${fs.host.procRoot}/1/exe`];
  return paths.some((path) => {
    const vital = fileOf(path);
    return vital !== undefined && keyOf(vital) === keyOf(file);
  });
}

function executableOf(fs: CgroupFs, { process }: About): FileRef | undefined {
  return process && fileOf(`${fs.host.procRoot}/${process.pid}/exe`);
}

function keyOf({ dev, ino }: FileRef): string {
  return `${dev}:${ino}`;
}

function textOf(files: readonly FileRef[]): string {
  return files.length === 0 ? NONE : files.map(keyOf).sort().join(" ");
}

/** Undefined where the text is no state. */
function parse(raw: Result<string>): FileRef[] | undefined {
  if (!raw.ok) return undefined;
  if (raw.value === NONE) return [];
  const files = raw.value.split(" ").map((text) => /^(\d{1,10}):(\d{1,16})$/.exec(text));
  if (files.includes(null)) return undefined;
  return files.flatMap((match) => (match ? [{ dev: Number(match[1]), ino: Number(match[2]) }] : []));
}

export const EXEC_ACTUATORS = {
  "exec.deny": execRefusal({ kind: "exec.deny", of: (host) => host.execDeny }),
  "exec.kill": execRefusal({ kind: "exec.kill", of: (host) => host.execKill }),
};
