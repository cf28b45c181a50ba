/** What a container's runtime has written down about it. Texts are printable; empty where the runtime tells nothing. */
export interface ContainerInfo {
  /** 64 hexadecimal digits, as in the path of its cgroup. */
  readonly id: string;
  readonly name: string;
  /** As it was asked for: "docker.io/library/nginx:1.27", "nginx@sha256:..." */
  readonly image: string;
  readonly imageId: string;
  /** Of Kubernetes: namespace, name and uid of the pod, and the id of its sandbox. */
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly sandbox: string;
}

export interface ImageName {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** The parts of an image's name: `host:port/path:tag@digest`, of which only the path must be there. */
export function imageName(image: string): ImageName {
  const [name = "", digest = ""] = image.split("@", 2);
  const slash = name.lastIndexOf("/");
  const colon = name.indexOf(":", slash + 1);
  return colon < 0
    ? { repository: name, tag: "", digest }
    : { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest };
}
