import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Archive } from "./archive.ts";
import { KERNELS, type KernelSpec, newestPackage } from "./kernels.ts";
import { Unavailable } from "./unavailable.ts";
import { extractVmlinux } from "./vmlinux.ts";

export interface Kernel {
  readonly name: string;
  /** Package and version, for people. */
  readonly release: string;
  /** What QEMU boots. */
  readonly image: string;
}

/** For this long a kernel that was fetched counts as the newest. */
const FRESH_MS = 14 * 86_400_000;

/** The kernels, from the cache while they are fresh; an older one serves where the archive cannot be reached. */
export function provideKernels(specs: readonly KernelSpec[], cache: string, say: (line: string) => void): Kernel[] {
  const folder = (spec: KernelSpec): string => join(cache, "kernels", spec.name);
  const stale = specs.filter((spec) => !isFresh(folder(spec)));
  if (stale.length > 0) {
    try {
      const archive = Archive.open(
        join(cache, "apt"),
        KERNELS.map(({ suite }) => suite),
      );
      const offered = archive.packageNames();
      for (const spec of stale) fetchKernel(spec, archive, offered, folder(spec), say);
    } catch (error) {
      if (!(error instanceof Unavailable) || stale.some((spec) => cached(spec, folder(spec)) === undefined))
        throw error;
      say(`the archive cannot be reached, so kernels fetched earlier are used (${error.message})`);
    }
  }
  return specs.flatMap((spec) => cached(spec, folder(spec)) ?? []);
}

function fetchKernel(
  spec: KernelSpec,
  archive: Archive,
  offered: readonly string[],
  folder: string,
  say: (line: string) => void,
): void {
  const name = newestPackage(spec, offered);
  if (name === undefined) throw new Unavailable(`${spec.suite} offers no package like ${spec.packages.source}`);
  const release = `${name} ${archive.version(name)}`;
  say(`fetching ${release} from ${spec.suite}`);
  const work = `${folder}.part`;
  rmSync(work, { recursive: true, force: true });
  archive.unpack(name, join(work, "unpacked"));
  const packed = readFileSync(imageIn(join(work, "unpacked"), name));
  writeFileSync(join(work, "image"), extractVmlinux(packed) ?? packed);
  writeFileSync(join(work, "release"), release);
  rmSync(join(work, "unpacked"), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, ".."), { recursive: true });
  renameSync(work, folder);
}

/** Packages put it into /boot or, newer ones, beside the modules. */
function imageIn(folder: string, name: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
    /(^|\/)vmlinuz[^/]*$/.test(path),
  );
  if (found === undefined) throw new Unavailable(`${name} holds no kernel image`);
  return join(folder, found);
}

function cached(spec: KernelSpec, folder: string): Kernel | undefined {
  const image = join(folder, "image");
  if (!existsSync(image)) return undefined;
  return { name: spec.name, release: readFileSync(join(folder, "release"), "utf8"), image };
}

function isFresh(folder: string): boolean {
  const stat = statSync(join(folder, "release"), { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs < FRESH_MS;
}
