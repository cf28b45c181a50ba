import type { ExecDetails, ExecEvent } from "../../../core/event.ts";
import { baseName } from "../../programs/executable.ts";

/** A sort of question about the place that one is in. Sorts are counted and not commands: who asks one thing ten times asks one thing. */
export interface LookAround {
  readonly sort: string;
  /** For people: "asked who it is". */
  readonly asks: string;
  readonly technique: string;
  /** Any start script asks for its system, and lists folders: half. */
  readonly counts: number;
  /** Names of programs that ask nothing else. */
  readonly programs: readonly string[];
  /** Files that say it, to whatever reads them. */
  readonly files: readonly string[];
}

export const LOOK_AROUND: readonly LookAround[] = [
  {
    sort: "identity",
    asks: "who it is",
    technique: "T1033",
    counts: 1,
    programs: words("id whoami groups logname"),
    files: words("/proc/self/status"),
  },
  {
    sort: "sessions",
    asks: "who is logged in",
    technique: "T1033",
    counts: 1,
    programs: words("w who users last lastlog lastb finger"),
    files: [],
  },
  {
    sort: "accounts",
    asks: "which accounts there are",
    technique: "T1087.001",
    counts: 1,
    programs: words("getent"),
    files: words("/etc/passwd /etc/group /etc/shadow /etc/sudoers"),
  },
  {
    sort: "system",
    asks: "which system this is",
    technique: "T1082",
    counts: 0.5,
    programs: words("uname hostname hostnamectl lscpu lsblk lsb_release arch dmidecode lspci lshw systemd-detect-virt"),
    files: words("/proc/version /proc/cpuinfo /etc/os-release /usr/lib/os-release /etc/issue /etc/hostname"),
  },
  {
    sort: "processes",
    asks: "what runs",
    technique: "T1057",
    counts: 1,
    programs: words("ps pstree pgrep pidof top htop lsof"),
    files: [],
  },
  {
    sort: "network",
    asks: "which network it is in",
    technique: "T1016",
    counts: 1,
    programs: words("ip ifconfig route arp nmcli resolvectl iwconfig brctl"),
    files: words("/etc/hosts /etc/resolv.conf /proc/net/route /proc/net/arp /proc/net/fib_trie"),
  },
  {
    sort: "connections",
    asks: "who is connected",
    technique: "T1049",
    counts: 1,
    programs: words("ss netstat"),
    files: words("/proc/net/tcp /proc/net/tcp6 /proc/net/udp"),
  },
  {
    sort: "files",
    asks: "which files there are",
    technique: "T1083",
    counts: 0.5,
    programs: words("ls find tree locate plocate"),
    files: [],
  },
];

/** They show a file that they are told, whatever it is. */
const READERS: ReadonlySet<string> = new Set(
  words("cat head tail more less tac nl grep egrep fgrep sed awk gawk mawk cut sort strings xxd od base64 cp"),
);

/** One file under many names: which of them it is says its first argument. */
const MANY_IN_ONE: ReadonlySet<string> = new Set(words("busybox toybox coreutils procps-ng"));

const BY_PROGRAM = new Map(LOOK_AROUND.flatMap((each) => each.programs.map((name) => [name, each] as const)));
const BY_FILE = new Map(LOOK_AROUND.flatMap((each) => each.files.map((name) => [name, each] as const)));

/** Undefined of what asks nothing. A renamed copy is not known as what it is: that is for those who watch new files. */
export function lookAroundOf(event: Pick<ExecEvent, "path" | "details">): LookAround | undefined {
  const name = appletOf(event.path, event.details);
  const asked = BY_PROGRAM.get(name);
  if (asked !== undefined || !READERS.has(name)) return asked;
  for (const argument of event.details?.argv.slice(1) ?? []) {
    const found = BY_FILE.get(argument);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By the file that really runs; of one with many names, by the name that it was given, or the first argument ("busybox ps"). */
function appletOf(path: string, details: ExecDetails | undefined): string {
  const real = baseName(details?.exePath || path);
  if (!MANY_IN_ONE.has(real)) return BY_PROGRAM.has(real) || READERS.has(real) ? real : baseName(path);
  const [given = "", first = ""] = details?.argv ?? [baseName(path)];
  return MANY_IN_ONE.has(baseName(given)) ? first : baseName(given);
}

function words(text: string): readonly string[] {
  return text.split(" ");
}
