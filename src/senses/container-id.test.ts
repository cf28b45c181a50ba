import assert from "node:assert/strict";
import { test } from "node:test";
import { printable } from "../core/printable.ts";
import { containerOf } from "./container-id.ts";

const ID = "0123456789abcdef".repeat(4);
const INNER = "f".repeat(64);
const POD = "pod5a6b3c1e-0d2f-4f4e-9f1e-2a1b3c4d5e6f";

const CASES: readonly (readonly [path: string, runtime: string, id: string])[] = [
  [`/docker/${ID}`, "docker", ID],
  [`/system.slice/docker-${ID}.scope`, "docker", ID],
  [`/system.slice/docker-${ID}.scope/init`, "docker", ID],
  [`/docker/${ID}/docker/${INNER}`, "docker", INNER],
  [
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-${POD}.slice/cri-containerd-${ID}.scope`,
    "containerd",
    ID,
  ],
  [`/system.slice/containerd.service/kubepods-besteffort-${POD}.slice:cri-containerd:${ID}`, "containerd", ID],
  [`/kubepods/burstable/${POD}/${ID}`, "kubernetes", ID],
  [`/default/${ID}`, "containerd", ID],
  [`/system.slice/nerdctl-${ID}.scope`, "containerd", ID],
  [`/kubepods.slice/kubepods-${POD.replaceAll("-", "_")}.slice/crio-${ID}.scope/container`, "cri-o", ID],
  [`/machine.slice/libpod-${ID}.scope/container`, "podman", ID],
  [`/libpod_parent/libpod-${ID}`, "podman", ID],
  [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`, "podman", ID],
  ["/lxc/web", "lxc", "web"],
  ["/lxc.payload/web/init.scope", "lxc", "web"],
  ["/lxc.payload.web/system.slice/nginx.service", "lxc", "web"],
  ["/machine.slice/systemd-nspawn@deb12.service/payload", "systemd-nspawn", "deb12"],
  ["/machine.slice/machine-deb\\x2d12.scope", "systemd-nspawn", "deb-12"],
];

const NONE: readonly string[] = [
  "",
  "/",
  "/system.slice/docker.service",
  "/user.slice/user-1000.slice/session-2.scope",
  `/docker/${ID.slice(1)}`,
  `/system.slice/docker-${ID.toUpperCase()}.scope`,
  `/machine.slice/libpod-conmon-${ID}.scope`,
  `/kubepods.slice/crio-conmon-${ID}.scope`,
  "/lxc.monitor.web",
  "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
  `/home/${ID}`,
];

test("each runtime's cgroups name their container, also when the path was made printable", () => {
  for (const [path, runtime, id] of CASES) {
    assert.deepEqual(containerOf(path), { runtime, id }, path);
    assert.deepEqual(containerOf(printable(path, 1024)), { runtime, id }, path);
  }
});

test("what is no container's is none", () => {
  for (const path of NONE) assert.equal(containerOf(path), undefined, path);
});
