import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Unavailable } from "./unavailable.ts";

/** Packages of this machine whose programs the tests run; their libraries are found by ldd(1). */
const PROGRAMS = ["coreutils", "util-linux", "mount", "dash", "bash", "findutils", "grep", "sed", "procps", "libc-bin"];

/** Programs that no package lists under the name by which scripts call them. */
const MORE_PROGRAMS = ["/bin/sh"];

/** What is loaded by name at run time, so that ldd(1) does not see it. */
const LIBRARIES = ["libbpf.so.1"];

/** Parts of the checkout that tests read. */
const CHECKOUT = [
  "src",
  "bpf",
  "rules",
  "vm/guest-run.ts",
  "vm/suites.ts",
  "vm/tests",
  "package.json",
  "test-reporter.ts",
  "test-seed.ts",
];

/** Dependencies of the tests alone. */
const TEST_DEPENDENCIES = ["fast-check"];

const FILES: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  "etc/group": "root:x:0:\nnogroup:x:65534:\n",
  "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
  "etc/hostname": "swarms-vm\n",
  "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};

const MERGED = ["bin", "sbin", "lib", "lib64"];
const FOLDERS = ["dev", "proc", "sys", "tmp", "run", "mnt", "root", "etc", "var/tmp", "vm"];

/** The test machine's root folder: Node, this checkout with what it imports, and the programs that the tests run. */
export function buildTree(root: string, options: { checkout: string; node: string; init: string }): void {
  for (const name of MERGED) {
    mkdirSync(join(root, "usr", name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const name of FOLDERS) mkdirSync(join(root, name), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, name), text);
  place(root, options.init, "/vm/init");
  place(root, options.node, "/usr/bin/node");
  const programs = [...PROGRAMS.flatMap((name) => programsOf(name)), ...MORE_PROGRAMS];
  for (const program of programs) place(root, program, program);
  const addons = copyCheckout(root, options.checkout);
  const named = LIBRARIES.flatMap((name) => findLibrary(name) ?? []);
  for (const library of [...named, ...neededBy([options.node, ...programs, ...addons, ...named])])
    place(root, library, library);
}

/** Copies whole packages of this machine into the tree, links as links, with the libraries that their programs need. */
export function placePackages(root: string, names: readonly string[]): void {
  const { stdout } = spawnSync("dpkg-query", ["--listfiles", ...names], { encoding: "utf8", maxBuffer: 1 << 26 });
  const files = (stdout ?? "").split("\n").filter((path) => path.startsWith("/") && !path.startsWith("/usr/share/doc"));
  for (const path of files) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) mkdirSync(join(root, path), { recursive: true });
    else if (stat?.isSymbolicLink() === true) placeLink(root, path);
    else if (stat?.isFile() === true) place(root, path, path);
  }
  const programs = files.filter(
    (path) => /\/(s?bin|systemd|systemd\/system-generators)\/[^/]+$/.test(path) && isProgram(path),
  );
  for (const library of neededBy(programs)) place(root, library, library);
}

function placeLink(root: string, path: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (lstatSync(target, { throwIfNoEntry: false }) === undefined) symlinkSync(readlinkSync(path), target);
}

/** An ELF file that this machine may run. */
function isProgram(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0 && readFileSync(path).readUInt32BE(0) === 0x7f454c46;
}

/** Copies what the path leads to, not the link. */
function place(root: string, source: string, target: string): void {
  const path = join(root, target);
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(source, path);
  chmodSync(path, statSync(source).mode & 0o7777);
}

function programsOf(packageName: string): string[] {
  const { stdout } = spawnSync("dpkg-query", ["--listfiles", packageName], { encoding: "utf8" });
  return (stdout ?? "").split("\n").filter((path) => /^(\/usr)?\/s?bin\/[^/]+$/.test(path) && existsSync(path));
}

/** Absolute paths of all shared libraries that the programs need, the loader included. */
function neededBy(files: readonly string[]): string[] {
  const { stdout, error } = spawnSync("ldd", [...files], { encoding: "utf8" });
  if (error !== undefined) throw new Unavailable(`ldd: ${error.message}`);
  return [...new Set([...stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)].flatMap((match) => match[1] ?? []))];
}

function findLibrary(soname: string): string | undefined {
  const { stdout } = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" });
  return (stdout ?? "")
    .split("\n")
    .find((line) => line.trim().startsWith(`${soname} (libc6,x86-64)`))
    ?.split(" => ")[1];
}

/** Copies the checkout to /swarms with the packages that it imports; gives their native addons. */
function copyCheckout(root: string, checkout: string): string[] {
  const target = join(root, "swarms");
  for (const name of CHECKOUT) {
    if (existsSync(join(checkout, name))) cpSync(join(checkout, name), join(target, name), { recursive: true });
  }
  const addons: string[] = [];
  for (const folder of packagesOf(checkout)) {
    cpSync(folder, join(target, relative(checkout, folder)), {
      recursive: true,
      filter: (path) => {
        if (path.endsWith(".node")) addons.push(path);
        return basename(path) !== ".bin";
      },
    });
  }
  return addons;
}

/** Folders of the packages that the layer and its tests import, and of all that these import. */
function packagesOf(checkout: string): string[] {
  const found = new Map<string, string>();
  const queue = [...dependenciesIn(checkout, ["dependencies"]), ...TEST_DEPENDENCIES];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const folder = join(checkout, "node_modules", name);
    if (found.has(name) || !existsSync(folder)) continue;
    found.set(name, folder);
    queue.push(...dependenciesIn(folder, ["dependencies", "optionalDependencies"]));
  }
  return [...found.values()];
}

function dependenciesIn(folder: string, fields: readonly string[]): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, object | undefined>;
  return fields.flatMap((field) => Object.keys(manifest[field] ?? {}));
}
