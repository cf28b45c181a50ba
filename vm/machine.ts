import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Ending } from "./verdict.ts";

/** The log's name in the machine's folder. */
export const CONSOLE = "console.log";

export interface MachineSpec {
  /** Kernel image. */
  readonly kernel: string;
  /** Root file system, ext4; opened read-write but never changed (what is written is thrown away). */
  readonly disk: string;
  /** Folder for sockets and the console log. Unix socket paths end at 107 bytes. */
  readonly folder: string;
  readonly limitMs: number;
  /** First program; vm/init.c where left out. */
  readonly init?: string;
  readonly onOutput: (text: string) => void;
}

/**
 * nvme: built into the cloud kernels, while virtio-blk is a module in some of them. nokaslr, mitigations=off and
 * no crypto self-tests save start-up time of an emulated CPU; panic=-1 with QEMU's -no-reboot ends the machine at once.
 * lsm= names bpf, which not every release enables by itself.
 */
const COMMAND_LINE = [
  "console=ttyS0 loglevel=4 panic=-1 oops=panic nokaslr mitigations=off cryptomgr.notests=1 random.trust_cpu=on",
  "root=/dev/nvme0n1 rootfstype=ext4 rw cgroup_no_v1=all psi=1 lsm=landlock,lockdown,yama,bpf",
].join(" ");

/**
 * Emulated, since stock kernels do not start under every nested KVM. Time inside is counted in instructions (2^0 ns each),
 * and by the clock only while nothing runs: however slow the emulation and however busy this machine, two seconds inside
 * hold two thousand million instructions, so that the tests' own time-outs mean what they mean on a host.
 * cmpxchg16b of QEMU 7.2 destroys flags (the kernel's slab allocator dies of it), so it is hidden.
 */
const PROCESSOR = ["-accel tcg,thread=single", "-icount shift=0,sleep=on", "-cpu max,-cx16"];

/** Behind other work, unless whoever waits for it says otherwise. */
const NICE = process.env["SWARMS_VM_NICE"] ?? "10";

/** Runs one machine to its end: no image, no output and no process of it remains. */
export async function runMachine(spec: MachineSpec): Promise<Ending> {
  const output = join(spec.folder, "output");
  const status = join(spec.folder, "status");
  const console = join(spec.folder, CONSOLE);
  let said = "";
  const servers = [await listen(output, (text) => spec.onOutput(text)), await listen(status, (text) => (said += text))];
  const child = spawn("nice", ["-n", NICE, "qemu-system-x86_64", ...qemuArguments(spec, { output, status, console })], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4096)));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, spec.limitMs);
  const stop = (): void => void child.kill("SIGKILL");
  process.on("exit", stop);
  try {
    await once(child, "close");
    // What the machine wrote last may still be on its way through the sockets.
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  } finally {
    clearTimeout(timer);
    process.off("exit", stop);
    for (const server of servers) server.close();
  }
  return {
    status: said.trim(),
    timedOut,
    console: existsSync(console) ? readFileSync(console, "latin1") : "",
    complaint: complaint.trim(),
  };
}

/** One option and its value a line; values may hold spaces. */
function qemuArguments(spec: MachineSpec, paths: { output: string; status: string; console: string }): string[] {
  // In the order in which the init program takes them.
  const ports = (["output", "status"] as const).flatMap((name) => [
    `-chardev socket,id=${name},path=${paths[name]}`,
    `-device virtserialport,chardev=${name},name=${name}`,
  ]);
  const options = [
    "-nodefaults",
    "-no-user-config",
    "-display none",
    "-no-reboot",
    "-machine q35",
    "-smp 2",
    "-m 2G",
    ...PROCESSOR,
    `-kernel ${spec.kernel}`,
    `-append ${COMMAND_LINE} init=${spec.init ?? "/vm/init"}`,
    `-drive if=none,id=root,format=raw,snapshot=on,cache=unsafe,file=${spec.disk}`,
    "-device nvme,drive=root,serial=swarms",
    `-serial file:${paths.console}`,
    // The first virtio device, so that the kernel names its ports vport0p1 and vport0p2.
    "-device virtio-serial-pci",
    ...ports,
    "-object rng-random,filename=/dev/urandom,id=rng",
    "-device virtio-rng-pci,rng=rng",
  ];
  return options.flatMap((option) => {
    const space = option.indexOf(" ");
    return space < 0 ? [option] : [option.slice(0, space), option.slice(space + 1)];
  });
}

async function listen(path: string, onText: (text: string) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.setEncoding("utf8").on("data", onText);
    socket.on("error", () => undefined);
  });
  server.listen(path);
  await once(server, "listening");
  return server;
}
