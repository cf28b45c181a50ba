import { baseName, isSystemPath } from "./executable.ts";
import { remembered } from "../bounded/remembered.ts";

type Kind = "package manager" | "compiler" | "version control";

/** Programs that rightly make fresh executables, and what they are. Version suffixes (gcc-12, python3.11) are cut off. */
const BUILDERS: ReadonlyMap<string, Kind> = new Map([
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
]);

/** Weight left to a fresh file that a builder made or stands behind: less, never nothing, for builders are abused too. */
export const BUILDER_FACTOR = {
  /** A builder in a system folder: anybody may use it, nobody but root can fake it. */
  system: 0.25,
  /** One elsewhere (~/.cargo/bin/cargo): plausible, but any file can be called "make". */
  elsewhere: 0.6,
  /** At best, where it ran under the same parent but does not stand above: a shell that called make, and then something. */
  beside: 0.5,
  /** In a system folder, while packages are being installed: only root writes there. */
  packages: 0.25,
} as const;

export interface Builder {
  readonly name: string;
  readonly what: Kind;
  readonly factor: number;
}

/** Undefined of a path of no builder. */
export const builderAt = remembered(2048, (path): Builder | undefined => {
  const name = baseName(path);
  const what = BUILDERS.get(name) ?? BUILDERS.get(name.replace(/-?\d[\d.]*$/, ""));
  if (what === undefined) return undefined;
  return { name, what, factor: isSystemPath(path) ? BUILDER_FACTOR.system : BUILDER_FACTOR.elsewhere };
});

function named(what: Kind, names: string): [string, Kind][] {
  return names.split(" ").map((name) => [name, what]);
}
