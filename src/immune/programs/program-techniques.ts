import { baseName } from "./executable.ts";
import { remembered } from "../bounded/remembered.ts";

/** What it may be a step of that a program is started where it never was, by the name of its file. Other programs tell nothing. */
const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "T1059.004": "sh bash dash ash zsh ksh mksh fish rbash busybox",
    "T1059.006": "python",
    T1059: "perl ruby lua node php tclsh gawk",
    T1105: "curl wget fetch aria2c scp sftp rsync ftp tftp",
    T1095: "nc ncat netcat socat",
    T1046: "nmap masscan zmap",
    T1053: "crontab at",
    "T1222.002": "chmod chown chattr setfacl",
    T1140: "base64 xxd openssl gzip xz",
    "T1098.004": "ssh-keygen ssh-copy-id",
    T1136: "useradd adduser",
    "T1562.004": "iptables ip6tables nft ufw",
    T1033: "id whoami who w",
  }).flatMap(([technique, names]) => names.split(" ").map((name) => [name, [technique]] as const)),
);

/** Version suffixes (python3.11) are cut off. */
export const techniquesOfProgram = remembered(1024, (path): readonly string[] => {
  const name = baseName(path);
  return BY_NAME.get(name) ?? BY_NAME.get(name.replace(/-?\d[\d.]*$/, "")) ?? [];
});
