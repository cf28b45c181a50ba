import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { encodeMessage } from "../../core/wire/codec.ts";
import { FakeClock } from "../../core/clock.ts";
import { watchContainers } from "./container-watch.ts";
import { CONTAINER_LIMITS, Containers } from "./containers.ts";
import { STORAGE_LIST } from "./runtime-files.ts";

const id = (of: number): string => of.toString(16).padStart(64, "0");
const DOCKER = "/var/lib/docker/containers";
const TASKS = "/run/containerd/io.containerd.runtime.v2.task/k8s.io";
const BUNDLES = "/run/containers/storage/overlay-containers";
const NOTHING = { name: "", image: "", imageId: "", namespace: "", pod: "", podUid: "", sandbox: "" };

/** A host's root, and how a file of it is written. */
function host(t: TestContext): { root: string; write(path: string, document: unknown): void } {
  const root = mkdtempSync(join(tmpdir(), "swarms-containers-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, document: unknown): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof document === "string" ? document : JSON.stringify(document));
  };
  return { root, write };
}

test("docker: name, image and its id, and the pod that cri-dockerd labels it with", (t) => {
  const { root, write } = host(t);
  const labels = { "io.kubernetes.pod.namespace": "shop", "io.kubernetes.pod.name": "web-1", maintainer: "x" };
  const Config = { Image: "nginx:1.27", Labels: labels, Env: ["PASSWORD=secret"] };
  write(`${DOCKER}/${id(1)}/config.v2.json`, { ID: id(1), Name: "/web", Image: "sha256:ab", Config });
  const containers = new Containers(root);
  assert.equal(containers.look(), true);
  assert.deepEqual(containers.now(), [
    { ...NOTHING, id: id(1), name: "web", image: "nginx:1.27", imageId: "sha256:ab", namespace: "shop", pod: "web-1" },
  ]);
  assert.doesNotMatch(JSON.stringify(containers.now()), /secret/);
});

test("containerd under Kubernetes: what the bundle is annotated with", (t) => {
  const { root, write } = host(t);
  const annotations = {
    "io.kubernetes.cri.container-name": "fluentd",
    "io.kubernetes.cri.image-name": "quay.io/fluent/fluentd:v1",
    "io.kubernetes.cri.sandbox-id": id(9),
    "io.kubernetes.cri.sandbox-name": "fluentd-x2",
    "io.kubernetes.cri.sandbox-namespace": "kube-system",
    "io.kubernetes.cri.sandbox-uid": "4cad64d0",
  };
  write(`${TASKS}/${id(2)}/config.json`, { ociVersion: "1.2.0", annotations });
  const containers = new Containers(root);
  containers.look();
  assert.deepEqual(containers.now(), [
    {
      id: id(2),
      name: "fluentd",
      image: "quay.io/fluent/fluentd:v1",
      imageId: "",
      namespace: "kube-system",
      pod: "fluentd-x2",
      podUid: "4cad64d0",
      sandbox: id(9),
    },
  ]);
});

test("podman and CRI-O: their list tells name and image, a bundle of CRI-O the pod; the list is read again where it was written", (t) => {
  const { root, write } = host(t);
  const list = (...entries: readonly [number, object][]): void =>
    write(
      STORAGE_LIST,
      entries.map(([of, metadata]) => ({ id: id(of), metadata: JSON.stringify(metadata) })),
    );
  list([3, { "image-name": "docker.io/library/redis:7", "image-id": "cd", name: "cache" }]);
  write(`${BUNDLES}/${id(4)}/userdata/config.json`, { annotations: { "io.kubernetes.pod.namespace": "shop" } });
  const containers = new Containers(root);
  assert.equal(containers.look(), true);
  assert.equal(containers.look(), false);
  list([3, { "image-name": "docker.io/library/redis:7", name: "cache" }], [4, { "image-name": "a/b:1", name: "b" }]);
  utimesSync(join(root, STORAGE_LIST), 1, 1);
  assert.equal(containers.look(), true);
  const told = containers.now().map((each) => [each.id, each.name, each.image, each.namespace]);
  assert.deepEqual(told.toSorted(), [
    [id(3), "cache", "docker.io/library/redis:7", ""],
    [id(4), "b", "a/b:1", "shop"],
  ]);
});

test("podman 4.3's list as it wrote it, ids aside: name, image with its tag, and the image's id", (t) => {
  const { root, write } = host(t);
  const metadata = `{"image-name":"localhost/swarms-layer:latest","image-id":"${id(0xc5)}","name":"swarms-warden","created-at":1795468538}`;
  write(
    STORAGE_LIST,
    `[{"id":"${id(0x46)}","names":["swarms-warden"],"image":"${id(0xc5)}","layer":"${id(0x67)}","metadata":${JSON.stringify(metadata)},` +
      `"created":"2026-11-23T21:15:38.991973396Z","flags":{"MountLabel":"","ProcessLabel":""}}]`,
  );
  const containers = new Containers(root);
  containers.look();
  const told = { id: id(0x46), name: "swarms-warden", image: "localhost/swarms-layer:latest", imageId: id(0xc5) };
  assert.deepEqual(containers.now(), [{ ...NOTHING, ...told }]);
});

test("one that is gone is forgotten, and one whose file comes later is found", (t) => {
  const { root, write } = host(t);
  const containers = new Containers(root);
  assert.equal(containers.look(), false);
  mkdirSync(join(root, DOCKER, id(5)), { recursive: true });
  assert.equal(containers.look(), false);
  write(`${DOCKER}/${id(5)}/config.v2.json`, '{"Name":');
  assert.equal(containers.look(), false);
  write(`${DOCKER}/${id(5)}/config.v2.json`, { Name: "/late" });
  assert.equal(containers.look(), true);
  assert.equal(containers.now()[0]?.name, "late");
  rmSync(join(root, DOCKER, id(5)), { recursive: true });
  assert.equal(containers.look(), true);
  assert.deepEqual(containers.now(), []);
});

test("a link, a folder with another name, too much, and names that are none: nothing of it is told", (t) => {
  const { root, write } = host(t);
  write("/etc/secret", { Name: "/taken", Config: { Image: "x" } });
  mkdirSync(join(root, DOCKER, id(6)), { recursive: true });
  symlinkSync(join(root, "/etc/secret"), join(root, DOCKER, id(6), "config.v2.json"));
  write(`${DOCKER}/not-an-id/config.v2.json`, { Name: "/x" });
  write(`${DOCKER}/${id(7)}/config.v2.json`, { Name: `/${"x".repeat(CONTAINER_LIMITS.fileBytes)}` });
  write(`${DOCKER}/${id(8)}/config.v2.json`, { Name: "/red\u001b[31m", Config: { Image: "a\\b" }, Image: 5 });
  const containers = new Containers(root);
  containers.look();
  assert.deepEqual(containers.now(), [{ ...NOTHING, id: id(8) }]);
});

test("what is no folder, or leads round in a circle, is no container and ends nothing", (t) => {
  const { root, write } = host(t);
  write("/var/lib/docker", "a file");
  mkdirSync(join(root, "/var/lib/containers"), { recursive: true });
  // ELOOP: any error of stat(2) but that nothing is there, as EACCES is for who may not look.
  symlinkSync("storage", join(root, "/var/lib/containers/storage"));
  mkdirSync(join(root, "/run"));
  symlinkSync("containerd", join(root, "/run/containerd"));
  assert.equal(new Containers(root).look(), false);
});

test("whatever a file holds, nothing is thrown, and all that is told goes in one message", (t) => {
  const { root, write } = host(t);
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 5 }), (documents) => {
      documents.forEach((text, i) => write(`${DOCKER}/${id(i)}/config.v2.json`, text));
      write(STORAGE_LIST, documents[0] ?? "");
      new Containers(root).look();
    }),
    { numRuns: 50 },
  );
  const longest = "x".repeat(200);
  const labels = { "io.kubernetes.pod.namespace": longest, "io.kubernetes.pod.name": longest };
  for (let i = 0; i < CONTAINER_LIMITS.most + 10; i++)
    write(`${DOCKER}/${id(i)}/config.v2.json`, {
      Name: longest,
      Image: longest,
      Config: { Image: longest, Labels: labels },
    });
  const containers = new Containers(root);
  containers.look();
  assert.equal(containers.now().length, CONTAINER_LIMITS.most);
  assert.ok(encodeMessage("containers", containers.now()).length < 1 << 20);
});

test("the watch tells what is new within a second, and nothing where nothing is", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { root, write } = host(t);
  const clock = new FakeClock();
  const told: string[][] = [];
  const watch = watchContainers(clock, (all) => told.push(all.map(({ name }) => name)), new Containers(root));
  const second = (): void => {
    clock.advance(1000);
    t.mock.timers.tick(1000);
  };
  second();
  assert.deepEqual(told, []);
  write(`${DOCKER}/${id(1)}/config.v2.json`, { Name: "/web" });
  second();
  assert.deepEqual(told, [["web"]]);
  second();
  assert.equal(told.length, 1);
  watch.stop();
});
