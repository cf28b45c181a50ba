import type { ContainerRef } from "../core/agent.ts";
import { printable } from "../core/printable.ts";

const ID = "([0-9a-f]{64})";

/**
 * How runtimes name their cgroups, one component of the path each: with systemd's driver a scope, with cgroupfs's a
 * folder under one of a known name. Their monitors (conmon, lxc.monitor) are outside of the container.
 */
const NAMED: readonly { readonly runtime: string; readonly component: RegExp }[] = [
  { runtime: "docker", component: new RegExp(`^docker-${ID}\\.scope$`) },
  { runtime: "containerd", component: new RegExp(`^(?:cri-containerd|nerdctl)-${ID}\\.scope$`) },
  { runtime: "containerd", component: new RegExp(`^[^/]*:(?:cri-containerd|nerdctl):${ID}$`) },
  { runtime: "cri-o", component: new RegExp(`^crio-${ID}(?:\\.scope)?$`) },
  { runtime: "podman", component: new RegExp(`^libpod-(?:payload-)?${ID}(?:\\.scope)?$`) },
  { runtime: "lxc", component: /^lxc\.payload\.(.+)$/ },
  { runtime: "systemd-nspawn", component: /^systemd-nspawn@(.+)\.service$/ },
  // Virtual machines are registered there too.
  { runtime: "systemd-nspawn", component: /^machine-(?!qemu-|libvirt-)(.+)\.scope$/ },
];

/** A component under one of these. */
const UNDER: readonly { readonly runtime: string; readonly parent: RegExp; readonly component: RegExp }[] = [
  { runtime: "docker", parent: /^docker$/, component: new RegExp(`^${ID}$`) },
  {
    runtime: "kubernetes",
    parent: /^(?:kubepods.*-)?pod[0-9a-f_-]{36}(?:\.slice)?$/,
    component: new RegExp(`^${ID}$`),
  },
  // Containerd's own namespaces: "default" is ctr's and nerdctl's, "k8s.io" Kubernetes's.
  { runtime: "containerd", parent: /^(?:default|k8s\.io|moby)$/, component: new RegExp(`^${ID}$`) },
  { runtime: "lxc", parent: /^lxc(?:\.payload)?$/, component: /^(.+)$/ },
];

/** The innermost container in a cgroup's path, as it is or made printable; undefined where there is none. */
export function containerOf(cgroup: string): ContainerRef | undefined {
  const components = cgroup.split("/").map(unescaped);
  for (let at = components.length - 1; at > 0; at--) {
    const component = components[at] ?? "";
    const parent = components[at - 1] ?? "";
    const named = NAMED.find((each) => each.component.test(component));
    const under = UNDER.find((each) => each.parent.test(parent) && each.component.test(component));
    const found = named ?? under;
    const id = found?.component.exec(component)?.[1];
    if (found !== undefined && id !== undefined) return { runtime: found.runtime, id: printable(id, 128) };
  }
  return undefined;
}

/** systemd writes "-" in a name as "\x2d" (systemd.unit(5)); printable() has doubled the backslash. */
function unescaped(component: string): string {
  return component.replace(/\\{1,2}x([2-7][0-9a-f])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
