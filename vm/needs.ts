import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Unavailable } from "./unavailable.ts";

/** Programs of the distribution that the test machine is made with, and their packages. */
const NEEDS = [
  { files: ["qemu-system-x86_64"], packages: ["qemu-system-x86"] },
  { files: ["mke2fs"], packages: ["e2fsprogs"] },
  { files: ["cc"], packages: ["gcc"] },
  { files: ["/usr/lib/x86_64-linux-gnu/libc.a"], packages: ["libc6-dev"] },
  { files: ["/usr/lib/x86_64-linux-gnu/libbpf.so.1"], packages: ["libbpf1"] },
] as const;

const FOLDERS = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];

/** Installs what is missing as root, and says so in one line; throws Unavailable where it must not or cannot. */
export function provideTools(say: (line: string) => void): void {
  if (process.arch !== "x64") throw new Unavailable(`the kernels are for x86-64, this machine is ${process.arch}`);
  const packages = NEEDS.filter(({ files }) => !files.every(isThere)).flatMap((need) => need.packages);
  if (packages.length === 0) return;
  const command = `apt-get install --no-install-recommends ${packages.join(" ")}`;
  if (process.env["SWARMS_NO_INSTALL"]) throw new Unavailable(`SWARMS_NO_INSTALL is set; run: ${command}`);
  if (process.getuid?.() !== 0) throw new Unavailable(`only root can install what is missing; run: ${command}`);
  say(`installing ${packages.join(", ")} from the distribution`);
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  if (apt(install) !== undefined) {
    const complaint = apt(["update", "-qq"]) ?? apt(install);
    if (complaint !== undefined) throw new Unavailable(`${command}: ${complaint}`);
  }
}

function isThere(file: string): boolean {
  return file.startsWith("/") ? existsSync(file) : FOLDERS.some((folder) => existsSync(join(folder, file)));
}

/** What apt complains about, or undefined. */
function apt(args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync("apt-get", [...args], {
    encoding: "utf8",
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split("\n").slice(-2).join(" "));
}
