import { baseName, isSystemPath } from "./executable.ts";

/** Programs that rightly make fresh executables, and what they are. Version suffixes (gcc-12, python3.11) are cut off. */
const BUILDERS: Readonly<Record<string, "package manager" | "compiler" | "version control">> = {
  ...named(
    "package manager",
    "dpkg apt apt-get aptitude unattended-upgrade rpm dnf yum zypper pacman apk emerge snapd",
  ),
  ...named(
    "package manager",
    "flatpak nix nix-daemon brew npm yarn pnpm corepack pip pipx uv poetry gem bundle composer",
  ),
  ...named("compiler", "cc gcc g++ c++ clang clang++ ld ld.bfd ld.gold lld mold collect2 make gmake ninja meson cmake"),
  ...named(
    "compiler",
    "cargo rustc rustup go gopls javac gradle mvn bazel ghc stack cabal dotnet swiftc zig tsc node-gyp",
  ),
  ...named("version control", "git hg svn"),
};

/** Weight left to a fresh file that a builder made or stands behind: less, never nothing, for builders are abused too. */
export const BUILDER_FACTOR = {
  /** A builder in a system folder: anybody may use it, nobody but root can fake it. */
  system: 0.25,
  /** One elsewhere (~/.cargo/bin/cargo): plausible, but any file can be called "make". */
  elsewhere: 0.6,
} as const;

export interface Builder {
  readonly name: string;
  readonly what: string;
  readonly factor: number;
}

export function builderAt(path: string): Builder | undefined {
  const name = baseName(path);
  const what = BUILDERS[name] ?? BUILDERS[name.replace(/-?\d[\d.]*$/, "")];
  if (what === undefined) return undefined;
  return { name, what, factor: isSystemPath(path) ? BUILDER_FACTOR.system : BUILDER_FACTOR.elsewhere };
}

function named<T extends string>(what: T, names: string): Record<string, T> {
  return Object.fromEntries(names.split(" ").map((name) => [name, what]));
}
