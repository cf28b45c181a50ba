import { spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync, fstatSync, lstatSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { loadConfig } from "../../core/config-load.ts";
import type { StatePaths } from "../../core/state-paths.ts";
import { SCHEMA_VERSION } from "../../store/schema.ts";
import { version } from "../version.ts";
import { redactTree } from "./redact.ts";

export interface Asked {
  readonly paths: StatePaths;
  readonly configPath: string | undefined;
}

interface Part {
  readonly name: string;
  /** For the reader of the report. */
  readonly says: string;
  collect(asked: Asked): string;
}

/** One command may take so long, and say so much; a report must come to an end on a sick host. */
const TIMEOUT_MS = 20_000;
const MAX_CHARS = 4 << 20;
const LOG_BYTES = 256 << 10;
const RECORDS = 200;
const LINES = 500;

/** What is in a report, in this order. */
export const PARTS: readonly Part[] = [
  { name: "versions.txt", says: "of the layer, Node, kernel and distribution", collect: versions },
  { name: "doctor.json", says: "what this kernel offers and lacks", collect: command("doctor", "--json") },
  {
    name: "security.json",
    says: "claims on the layer's own security",
    collect: command("doctor", "--security", "--json"),
  },
  {
    name: "status.json",
    says: "what the running layer sees and does, its losses and its cost",
    collect: command("status", "--json"),
  },
  { name: "incidents.json", says: "the latest incidents", collect: command("incidents", "--limit", "50", "--json") },
  { name: "config.yaml", says: "the configuration as it is read, without comments", collect: configuration },
  { name: "validate.txt", says: "what it comes to, or its mistakes", collect: command("validate") },
  { name: "rules.txt", says: "which detection rules can be used here", collect: command("rules", "list") },
  {
    name: "journal.txt",
    says: `the last ${RECORDS} records of changes`,
    collect: command("journal", "show", "--last", String(RECORDS)),
  },
  { name: "journal-whole.txt", says: "whether the journal is whole", collect: command("journal", "verify") },
  { name: "state.txt", says: "names, owners, modes and sizes in the state folder; no contents", collect: stateFolder },
  { name: "log.txt", says: "the layer's last lines, its own and the service manager's", collect: log },
  { name: "kernel.txt", says: "pressure, cgroups, security modules and settings that matter", collect: kernel },
];

/** This very program with other words: what it prints, or how it fails, which is worth as much. */
function command(...words: readonly string[]): Part["collect"] {
  return ({ paths, configPath }) => {
    const config = configPath === undefined || words[0] === "validate" ? [] : ["--config", configPath];
    const file = words[0] === "validate" && configPath !== undefined ? [configPath] : [];
    const args = [...process.execArgv, process.argv[1] ?? "", ...words, ...file, "--state", paths.dir, ...config];
    return output(process.execPath, args);
  };
}

function output(program: string, args: readonly string[]): string {
  const env = { ...process.env, NO_COLOR: "1", COLUMNS: "120" };
  const options = { encoding: "utf8", timeout: TIMEOUT_MS, maxBuffer: MAX_CHARS, env } as const;
  const { stdout, stderr, status, error } = spawnSync(program, args, options);
  const end = error === undefined ? `exit ${status}` : error.message;
  return [stdout ?? "", ...(stderr ? [stderr] : []), ...(status === 0 ? [] : [`(${end})\n`])].join("\n");
}

function versions(): string {
  return [
    `swarms-layer ${version}`,
    `node ${process.version}, v8 ${process.versions.v8}, sqlite ${process.versions["sqlite"] ?? "none"}`,
    `linux ${release()} ${process.arch}, ${cpus().length} CPUs, ${Math.round(totalmem() / 2 ** 20)} MB`,
    `schema of the store ${SCHEMA_VERSION}`,
    read("/etc/os-release"),
  ].join("\n");
}

function configuration({ configPath }: Asked): string {
  const loaded = loadConfig(configPath === undefined ? {} : { path: configPath });
  if (!loaded.ok) return `# not readable: ${loaded.code}; validate.txt has the reasons\n`;
  const { config, files, warnings } = loaded.value;
  const heads = [...files.map((file) => `# from ${file}`), ...warnings.map((warning) => `# ${warning}`)];
  return [...heads, stringify(redactTree(config))].join("\n");
}

function stateFolder({ paths }: Asked): string {
  return listing(paths.dir, "", 3).join("\n");
}

/** Never the contents: the journal's key and the tokens of outputs lie there. */
function listing(folder: string, prefix: string, depth: number): string[] {
  try {
    return readdirSync(folder)
      .toSorted()
      .slice(0, LINES)
      .flatMap((name) => {
        const stat = lstatSync(join(folder, name));
        const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
        const line = `${mode} ${stat.uid}:${stat.gid} ${String(stat.size).padStart(10)} ${prefix}${name}`;
        return stat.isDirectory() && depth > 1
          ? [line, ...listing(join(folder, name), `${prefix}${name}/`, depth - 1)]
          : [line];
      });
  } catch (error) {
    return [`${prefix}: ${String(error)}`];
  }
}

function log({ paths }: Asked): string {
  const units = ["swarms", "swarms-hive", "swarms-prober@*", "swarms-sender@*"].flatMap((unit) => ["-u", unit]);
  const journal = output("journalctl", [
    ...units,
    "-n",
    String(LINES),
    "-o",
    "short-iso",
    "--no-pager",
    "--no-hostname",
  ]);
  return `${paths.log}:\n${tail(paths.log)}\n\njournalctl:\n${journal}`;
}

function tail(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, LOG_BYTES));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8");
  } catch (error) {
    return `(${String(error)})`;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Files of the kernel with one or few lines each, none of which names a secret. */
const KERNEL_FILES = [
  "/proc/version",
  "/proc/pressure/cpu",
  "/proc/pressure/memory",
  "/proc/pressure/io",
  "/proc/loadavg",
  "/sys/kernel/security/lsm",
  "/sys/fs/cgroup/cgroup.controllers",
  "/sys/fs/cgroup/cgroup.subtree_control",
  "/proc/sys/kernel/unprivileged_bpf_disabled",
  "/proc/sys/kernel/perf_event_paranoid",
  "/proc/sys/net/core/bpf_jit_enable",
  "/proc/sys/kernel/yama/ptrace_scope",
  "/proc/sys/vm/swappiness",
  "/proc/self/cgroup",
] as const;
const MOUNTS = /\b(cgroup2?|bpf|tracefs|debugfs|securityfs|proc) /;

function kernel(): string {
  const mounts = read("/proc/self/mounts")
    .split("\n")
    .filter((line) => MOUNTS.test(line));
  return [...KERNEL_FILES.map((path) => `${path}:\n${read(path).trim()}`), `mounts:\n${mounts.join("\n")}`].join(
    "\n\n",
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(0, MAX_CHARS);
  } catch (error) {
    return `(${String(error)})`;
  }
}
