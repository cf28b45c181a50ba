import type { Controller } from "../kernel/cgroup-fs.ts";

/** Controllers whose groups a simulated host has, beside those of the v2 core. */
export const SIMULATED = ["cpu", "freezer", "memory", "io"] as const satisfies Controller[];

type Files = Readonly<Record<string, string>>;
const UNLIMITED = "9223372036854771712";
const DISK = "254:0";

/** Files of a new group, by controller and version, as the kernel fills them. */
export const NEW_GROUP: Readonly<Record<(typeof SIMULATED)[number], Readonly<Record<1 | 2, Files>>>> = {
  cpu: {
    1: { "cpu.shares": "1024", "cpu.idle": "0", "cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000" },
    2: { "cpu.weight": "100", "cpu.idle": "0", "cpu.max": "max 100000" },
  },
  freezer: {
    1: { "freezer.state": "THAWED", "freezer.self_freezing": "0" },
    2: { "cgroup.freeze": "0", "cgroup.events": "populated 1\nfrozen 0", "cgroup.kill": "" },
  },
  memory: {
    1: { "memory.soft_limit_in_bytes": UNLIMITED, "memory.usage_in_bytes": "104857600" },
    2: {
      "memory.high": "max",
      "memory.low": "0",
      "memory.current": "104857600",
      "memory.reclaim": "",
      "memory.swap.max": "max",
    },
  },
  io: {
    1: {
      "blkio.bfq.weight": "100",
      "blkio.throttle.read_bps_device": "",
      "blkio.throttle.write_bps_device": "",
      "blkio.throttle.io_service_bytes": `${DISK} Read 4096\n${DISK} Write 0\n${DISK} Total 4096\nTotal 4096`,
    },
    2: { "io.weight": "default 100\n8:0 50", "io.max": "", "io.stat": `${DISK} rbytes=4096 wbytes=0 rios=1 wios=0` },
  },
};

/** /proc/sys of a simulated host. */
export const SYSCTLS: Files = {
  "vm/swappiness": "60",
  "vm/vfs_cache_pressure": "100",
  "vm/dirty_background_ratio": "10",
  "vm/dirty_background_bytes": "0",
  "vm/dirty_ratio": "20",
  "vm/dirty_bytes": "0",
  "vm/watermark_scale_factor": "10",
  "vm/compaction_proactiveness": "20",
  "vm/page-cluster": "3",
  "net/core/somaxconn": "4096",
  "net/core/netdev_max_backlog": "1000",
  "net/core/netdev_budget": "300",
  "net/ipv4/tcp_slow_start_after_idle": "1",
  "net/ipv4/tcp_notsent_lowat": "4294967295",
};

/** What a file holds after a write to it, where that is not the text itself. */
const STORED: Readonly<Record<string, (before: string, text: string) => string>> = {
  // Without a period the kernel keeps the one there is.
  "cpu.max": (before, text) => (text.includes(" ") ? text : `${text} ${before.split(" ")[1]}`),
  "io.weight": (before, text) => [`default ${text}`, ...before.split("\n").slice(1)].join("\n"),
  "io.max": (before, text) => {
    const [device = "", ...limits] = text.split(" ");
    const all = new Map([
      ["rbps", "max"],
      ["wbps", "max"],
      ["riops", "max"],
      ["wiops", "max"],
    ]);
    const fields = [...(lineOf(before, device)?.split(" ").slice(1) ?? []), ...limits];
    for (const field of fields) all.set(field.split("=")[0] ?? "", field.split("=")[1] ?? "");
    const line = `${device} ${[...all].map((pair) => pair.join("=")).join(" ")}`;
    return withLine(before, device, [...all.values()].every((value) => value === "max") ? undefined : line);
  },
  "blkio.throttle.read_bps_device": withDevice,
  "blkio.throttle.write_bps_device": withDevice,
  "memory.reclaim": () => "",
  "cgroup.kill": () => "",
};

export function storedText(file: string, before: string, text: string): string {
  return STORED[file]?.(before, text) ?? text;
}

/** 0 takes a device off the list. */
function withDevice(before: string, text: string): string {
  const [device = "", value] = text.split(" ");
  return withLine(before, device, value === "0" ? undefined : text);
}

function lineOf(text: string, device: string): string | undefined {
  return text.split("\n").find((line) => line.startsWith(`${device} `));
}

function withLine(text: string, device: string, line: string | undefined): string {
  const others = text.split("\n").filter((each) => each !== "" && !each.startsWith(`${device} `));
  return [...others, ...(line === undefined ? [] : [line])].join("\n");
}
