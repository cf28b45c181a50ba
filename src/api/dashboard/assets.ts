import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** Pure functions of the command line that the page uses too. */
const SHARED = ["src/cli/view/words.ts"];

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".js": "text/javascript; charset=utf-8",
  ".ts": "text/javascript; charset=utf-8",
};

/** Packages that the page uses, and which of their files is the one for browsers. */
export const VENDOR: Readonly<Record<string, { readonly package: string; readonly file: string }>> = {
  preact: { package: "preact", file: "dist/preact.mjs" },
  "preact/hooks": { package: "preact", file: "hooks/dist/hooks.mjs" },
  htm: { package: "htm", file: "dist/htm.module.js" },
  uplot: { package: "uplot", file: "dist/uPlot.esm.js" },
};
const VENDOR_STYLES = { package: "uplot", file: "dist/uPlot.min.css", path: "/vendor/uplot.css" };

/** This file's folder is three below the package's root, compiled or not. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BUILT = join(ROOT, "dist/ui.json");

/**
 * Every file of the page by its path, ready to be served. From the sources types are stripped once, at the start; a
 * package carries the result.
 */
export function loadAssets(): ReadonlyMap<string, Asset> {
  return !import.meta.url.endsWith(".ts") && existsSync(BUILT) ? readBuilt() : buildAssets(join(ROOT, "ui"));
}

function readBuilt(): ReadonlyMap<string, Asset> {
  return new Map(Object.entries(JSON.parse(readFileSync(BUILT, "utf8")) as Record<string, Asset>));
}

export function buildAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const type = TYPES[extname(name)];
    if (type === undefined || /\.(?:test|fixture|d)\.ts$/.test(name)) continue;
    const text = readFileSync(join(folder, name), "utf8");
    const path = name === "index.html" ? "/" : `/${name}`;
    assets.set(path, { type, body: name.endsWith(".ts") ? forBrowser(stripTypeScriptTypes(text)) : text });
  }
  for (const path of SHARED) {
    const body = forBrowser(stripTypeScriptTypes(readFileSync(join(folder, "..", path), "utf8")));
    assets.set(`/${path}`, { type: TYPES[".ts"] ?? "", body });
  }
  const require = createRequire(import.meta.url);
  for (const [name, { package: from, file }] of Object.entries(VENDOR)) {
    assets.set(vendorPath(name), { type: TYPES[".js"] ?? "", body: forBrowser(textOf(require, from, file)) });
  }
  const { package: from, file, path } = VENDOR_STYLES;
  assets.set(path, { type: TYPES[".css"] ?? "", body: textOf(require, from, file) });
  return withHints(assets);
}

/** A browser would find what a script imports only once it has read it, one rank of imports after the other. */
function withHints(assets: Map<string, Asset>): ReadonlyMap<string, Asset> {
  const page = assets.get("/");
  const scripts = [...assets].filter(([, { type }]) => type === TYPES[".js"]).map(([path]) => path);
  const hints = scripts.map((path) => `    <link rel="modulepreload" href="${path}" />\n`).join("");
  return page === undefined
    ? assets
    : assets.set("/", { ...page, body: page.body.replace("  </head>", `${hints}  </head>`) });
}

function textOf(require: NodeJS.Require, from: string, file: string): string {
  // Its main file, wherever it is installed; the one for browsers need not be exported.
  const main = require.resolve(from);
  const root = main.slice(0, main.lastIndexOf(join("node_modules", from)) + join("node_modules", from).length);
  return readFileSync(join(root, file), "utf8");
}

function vendorPath(name: string): string {
  return `/vendor/${name.replace("/", "-")}.js`;
}

/** Browsers know no packages: imports of one become the path that it is served under. No maps are served. */
function forBrowser(code: string): string {
  return code
    .replace(
      /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'./][^"']*)\2/g,
      (all, before: string, quote: string, name: string) =>
        Object.hasOwn(VENDOR, name) ? `${before}${quote}${vendorPath(name)}${quote}` : all,
    )
    .replace(/^\/\/# sourceMappingURL=.*$/m, "");
}

/** For the package: what `loadAssets` would otherwise make at each start. */
export function assetsJson(): string {
  return JSON.stringify(Object.fromEntries(buildAssets(join(dirname(BUILT), "../ui"))));
}
