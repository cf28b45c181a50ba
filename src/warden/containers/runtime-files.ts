import type { ContainerInfo } from "../../core/container-info.ts";

/** Without its id, and only what is told. */
type Told = Partial<Omit<ContainerInfo, "id">>;

interface RuntimeFile {
  /** Where the runtime has a folder for each container, named by its id. */
  readonly folder: string;
  /** In that folder. */
  readonly file: string;
  readonly read: (document: Json) => Told;
}

/**
 * What names of containers, images and pods are made of (the distribution specification's grammar of references, RFC 1123), and no longer than a
 * registry's host and an image's path nearly always are together. What is anything else is not told.
 */
const NAME = /^[\w.:/@+-]{1,200}$/;

/** A document that somebody else wrote: whatever is not there, or is something else, is nothing. */
export class Json {
  private readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  /** Undefined where it is no JSON. */
  static parse(text: string): Json | undefined {
    try {
      return new Json(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  at(key: string): Json {
    const { value } = this;
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    return new Json(isObject ? (value as Record<string, unknown>)[key] : undefined);
  }

  get items(): readonly Json[] {
    return Array.isArray(this.value) ? this.value.map((each: unknown) => new Json(each)) : [];
  }

  /** The document that a text holds. */
  get parsed(): Json {
    return Json.parse(typeof this.value === "string" ? this.value : "") ?? new Json(undefined);
  }

  get text(): string {
    return typeof this.value === "string" && NAME.test(this.value) ? this.value : "";
  }
}

/** Of the document's keys the first that says something. */
const first = (from: Json, ...keys: readonly string[]): string =>
  keys.map((key) => from.at(key).text).find((text) => text !== "") ?? "";

/** moby, container.Container as it is kept: "/name", the image as asked for, and its id. Kubernetes' names as cri-dockerd labels them. */
function ofDocker(document: Json): Told {
  const config = document.at("Config");
  const labels = config.at("Labels");
  return {
    name: document.at("Name").text.replace(/^\//, ""),
    image: config.at("Image").text,
    imageId: document.at("Image").text,
    namespace: labels.at("io.kubernetes.pod.namespace").text,
    pod: labels.at("io.kubernetes.pod.name").text,
    podUid: labels.at("io.kubernetes.pod.uid").text,
    sandbox: labels.at("io.kubernetes.sandbox.id").text,
  };
}

/** The OCI runtime's configuration (config.md of the runtime specification), with what containerd and CRI-O annotate it with. */
function ofBundle(document: Json): Told {
  const notes = document.at("annotations");
  return {
    name: first(notes, "io.kubernetes.cri.container-name", "io.kubernetes.container.name"),
    image: first(notes, "io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName", "io.kubernetes.cri-o.Image"),
    imageId: first(notes, "io.kubernetes.cri-o.ImageRef"),
    namespace: first(notes, "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace"),
    pod: first(notes, "io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
    podUid: first(notes, "io.kubernetes.cri.sandbox-uid", "io.kubernetes.pod.uid"),
    sandbox: first(notes, "io.kubernetes.cri.sandbox-id", "io.kubernetes.cri-o.SandboxID"),
  };
}

const BUNDLES = "io.containerd.runtime.v2.task";

/** Files that the runtimes keep for themselves; no runtime is asked, so none of their sockets, which would give root, is opened. */
export const RUNTIME_FILES: readonly RuntimeFile[] = [
  { folder: "/var/lib/docker/containers", file: "config.v2.json", read: ofDocker },
  { folder: `/run/containerd/${BUNDLES}/k8s.io`, file: "config.json", read: ofBundle },
  { folder: `/run/k3s/containerd/${BUNDLES}/k8s.io`, file: "config.json", read: ofBundle },
  { folder: "/run/containers/storage/overlay-containers", file: "userdata/config.json", read: ofBundle },
];

/** Podman's and CRI-O's list of all, of which each entry has a document of its own in a text. */
export const STORAGE_LIST = "/var/lib/containers/storage/overlay-containers/containers.json";

export function ofStorage(metadata: Json): Told {
  return {
    name: first(metadata, "metadata-name", "name"),
    image: metadata.at("image-name").text,
    imageId: metadata.at("image-id").text,
  };
}
