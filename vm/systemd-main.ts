import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { printable } from "../src/core/printable.ts";
import { buildDisk } from "./disk.ts";
import { placePackages } from "./guest-tree.ts";
import { provideKernels } from "./kernel-cache.ts";
import { KERNELS } from "./kernels.ts";
import { runMachine } from "./machine.ts";
import { provideTools } from "./needs.ts";
import { EXIT_UNAVAILABLE, Unavailable } from "./unavailable.ts";
import { judge } from "./verdict.ts";

/**
 * The units under a running systemd, which the development machine need not have: systemd of this machine's packages is
 * the first process of a test machine, and vm/systemd/*.test.ts run there as a unit of their own.
 */
const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = resolve(process.env["SWARMS_VM_CACHE"] ?? join(CHECKOUT, ".cache/vm"));
const LIMIT_MS = 900_000;
const SYSTEMD = "/lib/systemd/systemd";
const PACKAGES = [
  "diffutils",
  "systemd",
  "libsystemd-shared",
  "systemd-sysv",
  "kmod",
  "login",
  "passwd",
  "libpam-modules",
  "libpam-runtime",
];
const CONSOLE_LINES = 80;

/** What needs devices that udev would have to find. */
const MASKED = ["getty.target", "serial-getty@ttyS0.service", "systemd-networkd.service", "systemd-resolved.service"];

/**
 * `--package=FILE`: the .deb as it is installed, in its own places, instead of the checkout and install.sh. What the package
 * manager does with it is tried elsewhere (packaging/deb-proof.sh); here it is unpacked.
 */
const PACKAGE = process.argv.find((argument) => argument.startsWith("--package="))?.slice("--package=".length);
const TEST = PACKAGE === undefined ? "units" : "package";
const NAMES = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

/** Arguments: only tests whose names hold one of them, and the first, which installs. */
const PATTERNS = NAMES.length === 0 ? [] : ["installed", ...NAMES].map((name) => `"--test-name-pattern=${name}"`);

/** The test as a unit: its output and its end go out by the ports that machine.ts made. */
const UNIT = `[Unit]
Description=Tests of the units
After=basic.target
[Service]
Type=oneshot
WorkingDirectory=/opt/swarms
ExecStart=/usr/bin/node --disable-warning=ExperimentalWarning --test --test-concurrency=1 --test-timeout=240000 --test-reporter=tap ${PATTERNS.join(" ")} vm/systemd/${TEST}.test.ts
ExecStopPost=/bin/sh -c 'echo "exit \${EXIT_STATUS}" > /dev/vport0p2; systemctl --force --force poweroff'
StandardOutput=file:/dev/vport0p1
StandardError=inherit
TimeoutStartSec=840
`;

const say = (line: string): void => void process.stderr.write(`vm: ${line}\n`);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  say(`cannot run here: ${error.message}`);
  process.exitCode = EXIT_UNAVAILABLE;
}

async function run(): Promise<number> {
  if (!existsSync(SYSTEMD))
    throw new Unavailable(`this machine has no ${SYSTEMD}: the test machine's would come from it`);
  provideTools(say);
  const [kernel] = provideKernels(KERNELS.slice(0, 1), CACHE, say);
  if (kernel === undefined) throw new Unavailable("there is no kernel");
  mkdirSync(CACHE, { recursive: true });
  const disk = buildDisk(temporary(join(CACHE, "run-")), { checkout: CHECKOUT, command: ["/bin/true"], furnish });
  const from = performance.now();
  const ending = await runMachine({
    kernel: kernel.image,
    disk,
    folder: temporary(join(tmpdir(), "swarms-vm-")),
    limitMs: LIMIT_MS,
    init: `${SYSTEMD} systemd.unit=tests.target systemd.show_status=no systemd.log_level=warning`,
    onOutput: (text) => void process.stdout.write(text),
  });
  say(`== systemd on ${kernel.release} (${Math.round((performance.now() - from) / 1000)} s)`);
  const verdict = judge(ending);
  if (verdict.kind !== "passed" || process.env["SWARMS_VM_CONSOLE"] !== undefined) {
    for (const line of ending.console.split(/\r?\n/).filter(Boolean).slice(-CONSOLE_LINES))
      say(`console: ${printable(line)}`);
    say(verdict.says);
  }
  return verdict.kind === "passed" ? 0 : 1;
}

function furnish(tree: string): void {
  placePackages(tree, PACKAGES);
  // Where the service may see it: not below /home, not writable for others.
  cpSync(join(tree, "swarms"), join(tree, "opt/swarms"), { recursive: true });
  // Node finds what it compiled by the way from the cache to the source, which is the same here.
  cpSync(join(tree, "vm/compile"), join(tree, "opt/vm/compile"), { recursive: true });
  for (const name of ["systemd", "swarms", "setup.sh", "package-lock.json", "examples", "vm/systemd"])
    cpSync(join(CHECKOUT, name), join(tree, "opt/swarms", name), { recursive: true });
  cpSync(join(CHECKOUT, "package-lock.json"), join(tree, "opt/swarms/node_modules/.swarms-dev"));
  if (PACKAGE !== undefined) unpack(PACKAGE, tree);
  const units = join(tree, "etc/systemd/system");
  mkdirSync(units, { recursive: true });
  writeFileSync(join(units, "tests.service"), UNIT);
  writeFileSync(join(units, "tests.target"), "[Unit]\nRequires=basic.target\nWants=tests.service\nAllowIsolate=yes\n");
  for (const name of MASKED) symlinkSync("/dev/null", join(units, name));
  writeFileSync(join(tree, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
  writeFileSync(join(tree, "etc/fstab"), "");
  chmodSync(join(tree, "etc/machine-id"), 0o444);
}

function unpack(file: string, tree: string): void {
  const { status, stderr } = spawnSync("dpkg-deb", ["-x", file, tree], { encoding: "utf8", timeout: 120_000 });
  if (status !== 0) throw new Unavailable(`dpkg-deb: ${stderr.trim()}`);
  // Out of the layer's sight, which in the package has a Node of its own.
  rmSync(join(tree, "opt/swarms/src"), { recursive: true, force: true });
}

/** A folder that goes with this process, however it ends short of kill -9. */
function temporary(prefix: string): string {
  const folder = mkdtempSync(prefix);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
