/** A stock kernel to test in: where it comes from, and the packages that hold it. */
export interface KernelSpec {
  /** Names it on the command line. */
  readonly name: string;
  /** Suite of the distribution's archive. */
  readonly suite: string;
  /** Packages that hold a kernel image; of those that the archive offers, the newest version is taken. */
  readonly packages: RegExp;
  readonly why: string;
}

/**
 * Old versions leave the archive, so the series is pinned and not the release; the version taken is printed.
 * The cloud flavour has drivers for virtual hardware built in, so that no module and no initial ramdisk is needed.
 */
export const KERNELS: readonly KernelSpec[] = [
  {
    name: "6.12",
    suite: "trixie",
    packages: /^linux-image-(6\.12\.\d+)\+deb13-cloud-amd64$/,
    why: "long-term series, and what Debian stable runs",
  },
  {
    name: "newest",
    suite: "trixie-backports",
    // Since 7.0 an empty linux-image-… only depends on linux-binary-….
    packages: /^linux-binary-(\d+\.\d+\.\d+)\+deb13-cloud-amd64$/,
    why: "what hosts will run next: says early where a kernel change breaks the layer",
  },
];

/** The newest package that fits, by version number; undefined where none does. */
export function newestPackage(spec: KernelSpec, offered: readonly string[]): string | undefined {
  const fitting = offered.flatMap((name) => {
    const version = spec.packages.exec(name)?.[1];
    return version === undefined ? [] : [{ name, parts: version.split(".").map(Number) }];
  });
  return fitting.sort((a, b) => compare(b.parts, a.parts))[0]?.name;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
