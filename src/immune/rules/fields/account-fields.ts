import { type ContainerInfo, imageName } from "../../../core/container-info.ts";
import { isPrivileged } from "./capabilities.ts";
import type { Facts, FieldSpec, FieldTable } from "./field.ts";

const NO_LOGIN = 4_294_967_295;
const NO_RUNTIME =
  "runtimes are not asked: of a container there are its names, and what its cgroup and its processes show";
const NO_CLUSTER = "no cluster is asked: of a pod there is what its containers' runtime was told";

/** Of a namespace, and of what keeps pods going: older rule files name them, and Falco reads them still, without a value. */
const OF_CLUSTER = {
  "k8s.rc": "replication controller",
  "k8s.rs": "replica set",
  "k8s.svc": "service",
  "k8s.deployment": "deployment",
} as const;

function ofCluster(): FieldTable {
  const lacking = (says: string): FieldSpec => ({ type: "text", lacking: NO_CLUSTER, says });
  const others = (what: string, of: string): (readonly [string, FieldSpec])[] => [
    [`${what}.id`, lacking(`id of the ${of}`)],
    [`${what}.label`, { ...lacking(`a label of the ${of}`), argument: "name" }],
    [`${what}.labels`, lacking(`labels of the ${of}`)],
  ];
  const named = Object.entries(OF_CLUSTER).flatMap(([what, of]) => [
    [`${what}.name`, lacking(`name of the ${of}`)] as const,
    ...others(what, of),
  ]);
  return Object.fromEntries([...others("k8s.ns", "namespace"), ...named]);
}

function loginUid({ process }: Facts): number | undefined {
  const uid = process?.details?.credentials.loginUid;
  return uid === NO_LOGIN ? -1 : uid;
}

/** Of what the container's runtime has written down; nothing where that says nothing, and on the host itself. */
function told(says: string, get: (container: ContainerInfo) => string): FieldSpec {
  return {
    type: "text",
    get: ({ process, containers }) => {
      const info = process?.container && containers.container(process.container.id);
      return info === undefined ? undefined : get(info) || undefined;
    },
    says,
  };
}

/** Who acts, and in which container. */
export const ACCOUNT_FIELDS: FieldTable = {
  "user.uid": { type: "number", get: ({ event }) => event.uid, says: "user id" },
  "user.name": { type: "text", get: ({ event, accounts }) => accounts.user(event.uid), says: "user's name" },
  "user.loginuid": { type: "number", get: loginUid, says: "audit login user id, -1 where nobody logged in" },
  "user.loginname": {
    type: "text",
    get: (facts) => {
      const uid = loginUid(facts);
      return uid === undefined || uid < 0 ? undefined : facts.accounts.user(uid);
    },
    says: "name of who logged in",
  },
  "user.homedir": { type: "text", lacking: "homes are not looked up", says: "user's home" },
  "user.shell": { type: "text", lacking: "login shells are not looked up", says: "user's shell" },
  "group.gid": { type: "number", get: ({ process }) => process?.details?.credentials.egid, says: "group id at exec" },
  "group.name": {
    type: "text",
    get: ({ process, accounts }) => {
      const gid = process?.details?.credentials.egid;
      return gid === undefined ? undefined : accounts.group(gid);
    },
    says: "group's name",
  },
  "container.id": {
    type: "text",
    get: ({ process }) => process?.container?.id.slice(0, 12) ?? "host",
    says: "first 12 characters of the container's id, or host",
  },
  "container.full_id": {
    type: "text",
    get: ({ process }) => process?.container?.id ?? "host",
    says: "the container's id, or host",
  },
  "container.type": {
    type: "text",
    get: ({ process }) => process?.container?.runtime ?? "host",
    says: "the runtime that its cgroup's name tells",
  },
  "container.privileged": {
    type: "bool",
    get: ({ process }) =>
      process?.container === undefined
        ? undefined
        : process.details && isPrivileged(process.details.credentials.caps.permitted),
    says: "whether the process has capabilities in its container that only privileged ones are given",
  },
  "container.name": {
    type: "text",
    get: ({ process, containers }) =>
      process?.container === undefined ? "host" : containers.container(process.container.id)?.name || undefined,
    says: "the container's name, or host",
  },
  "container.image": told("image", ({ image }) => image),
  "container.image.id": told("id of the image", ({ imageId }) => imageId),
  "container.image.repository": told("repository of the image", ({ image }) => imageName(image).repository),
  "container.image.tag": told("tag of the image", ({ image }) => imageName(image).tag),
  "container.image.digest": told("digest of the image", ({ image }) => imageName(image).digest),
  "container.mounts": { type: "text", lacking: NO_RUNTIME, says: "mounts" },
  "container.mount": { type: "text", argument: "name", lacking: NO_RUNTIME, says: "one mount" },
  "container.mount.source": { type: "text", argument: "name", lacking: NO_RUNTIME, says: "source of a mount" },
  "container.mount.dest": { type: "text", argument: "name", lacking: NO_RUNTIME, says: "destination of a mount" },
  "container.mount.mode": { type: "text", argument: "name", lacking: NO_RUNTIME, says: "mode of a mount" },
  "container.mount.rdwr": {
    type: "text",
    argument: "name",
    lacking: NO_RUNTIME,
    says: "whether a mount can be written",
  },
  "container.mount.propagation": {
    type: "text",
    argument: "name",
    lacking: NO_RUNTIME,
    says: "propagation of a mount",
  },
  "container.start_ts": { type: "number", lacking: NO_RUNTIME, says: "start of the container" },
  "container.duration": { type: "number", lacking: NO_RUNTIME, says: "age of the container" },
  "container.ip": { type: "ip", lacking: NO_RUNTIME, says: "address of the container" },
  "container.cni.json": { type: "text", lacking: NO_RUNTIME, says: "network of the container" },
  "container.healthcheck": { type: "text", lacking: NO_RUNTIME, says: "health check" },
  "container.liveness_probe": { type: "text", lacking: NO_RUNTIME, says: "liveness probe" },
  "container.readiness_probe": { type: "text", lacking: NO_RUNTIME, says: "readiness probe" },
  "container.host_pid": { type: "bool", lacking: NO_RUNTIME, says: "whether it has the host's process ids" },
  "container.host_network": { type: "bool", lacking: NO_RUNTIME, says: "whether it has the host's network" },
  "container.host_ipc": { type: "bool", lacking: NO_RUNTIME, says: "whether it has the host's IPC" },
  "container.label": { type: "text", argument: "name", lacking: NO_RUNTIME, says: "a label" },
  "container.labels": { type: "text", lacking: NO_RUNTIME, says: "labels" },
  "k8s.ns.name": told("namespace of the pod", ({ namespace }) => namespace),
  "k8s.pod.name": told("name of the pod", ({ pod }) => pod),
  "k8s.pod.id": told("id of the pod", ({ podUid }) => podUid),
  "k8s.pod.uid": told("uid of the pod", ({ podUid }) => podUid),
  "k8s.pod.ip": { type: "text", lacking: NO_CLUSTER, says: "address of the pod" },
  "k8s.pod.full_sandbox_id": told("sandbox of the pod", ({ sandbox }) => sandbox),
  "k8s.pod.sandbox_id": told("sandbox of the pod", ({ sandbox }) => sandbox.slice(0, 12)),
  "k8s.pod.label": { type: "text", argument: "name", lacking: NO_CLUSTER, says: "a label of the pod" },
  "k8s.pod.labels": { type: "text", lacking: NO_CLUSTER, says: "labels of the pod" },
  ...ofCluster(),
  "k8s.pod.cni.json": { type: "text", lacking: NO_CLUSTER, says: "network of the pod" },
};
