import { cpSync, existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the lock file says of one installed package. */
interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

export interface Dependency {
  /** "@hono/node-server". */
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Absolute. */
  readonly folder: string;
}

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Every package that the layer needs when it runs, as locked and installed; optional ones are for other platforms where they
 * are missing. Throws where one that is needed is not installed.
 */
export function productionDependencies(root = ROOT): readonly Dependency[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  return Object.entries(packages).flatMap(([path, { version, license = "", dev = false, optional = false }]) => {
    const folder = join(root, path);
    if (path === "" || dev || (optional && !existsSync(folder))) return [];
    const name = path.split("node_modules/").at(-1) ?? path;
    const installed = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version?: string };
    if (installed.version !== version)
      throw new Error(`${name} is ${installed.version}, the lock file says ${version}`);
    return [{ name, version, license, folder }];
  });
}

/** Types, maps, sources in other languages, and texts (their licences are in the copyright file) are not needed to run. */
const UNNEEDED =
  /\.([cm]?ts|map|md|markdown|flow|cc|hh|[chS]|asm|inc|txt|sh)$|^(licen[cs]e|notice|copying|changelog|readme|authors)(\..*)?$/i;
const UNNEEDED_FOLDERS = new Set(["test", "tests", "__tests__", ".github", "docs", "examples", ".bin"]);
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  // TypeScript, published beside what it was compiled to.
  zod: ["src"],
  // What the addon is built from; the built one is a package of its own.
  koffi: ["vendor", "doc", "lib", "cnoke.cjs", "src/koffi/src/trampolines.cjs"],
  // Commands of their own.
  yaml: ["bin.mjs"],
  "@marcbachmann/cel-js": ["bin"],
  // For another C library.
  "@koromix/koffi-linux-x64": ["musl_x64"],
  "@koromix/koffi-linux-arm64": ["musl_arm64"],
};

function isNeeded(dependency: Dependency, path: string): boolean {
  const inside = path.slice(dependency.folder.length + 1);
  if ((UNUSED[dependency.name] ?? []).some((unused) => inside === unused || inside.startsWith(`${unused}/`)))
    return false;
  return !UNNEEDED.test(basename(path)) && !UNNEEDED_FOLDERS.has(basename(path));
}

const [target] = process.argv.slice(2);
if (import.meta.main && target !== undefined) {
  for (const dependency of productionDependencies()) {
    cpSync(dependency.folder, join(target, "node_modules", dependency.name), {
      recursive: true,
      filter: (path) => isNeeded(dependency, path),
    });
  }
}
