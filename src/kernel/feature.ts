/** One thing that this kernel offers or not; what is lost where it is missing. Probed by trying, never by version alone. */
export interface Feature {
  /** Stable name: "ebpf.ringbuf", "cgroup.cpu", "psi.cgroup", ... */
  readonly name: string;
  readonly area: "events" | "readings" | "actions" | "security";
  readonly available: boolean;
  /** What was found, in a few words: "v1 at /sys/fs/cgroup/cpu", "EPERM from bpf(BPF_PROG_LOAD)". */
  readonly found: string;
  /** What the layer cannot do without it, one sentence. */
  readonly lost: string;
  /** Where it is to be had: "Linux 5.8", "root", "package libbpf1". */
  readonly needs: string;
}
