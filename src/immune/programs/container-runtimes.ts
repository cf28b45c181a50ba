/** Programs that make containers, and stand above their first process. Count from a system folder alone. */
export const CONTAINER_RUNTIMES: ReadonlySet<string> = new Set(
  "runc crun youki containerd-shim containerd-shim-runc-v2 conmon conmonrs dockerd containerd podman buildah lxc-start lxc-attach systemd-nspawn".split(
    " ",
  ),
);
