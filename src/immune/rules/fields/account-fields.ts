import { isPrivileged } from "./capabilities.ts";
import type { Facts, FieldTable } from "./field.ts";

const NO_LOGIN = 4_294_967_295;
const NO_RUNTIME =
  "container runtimes are not asked: what is known of a container is what its cgroup's name and its processes show";
const NO_CLUSTER = "no cluster is asked";

function loginUid({ process }: Facts): number | undefined {
  const uid = process?.details?.credentials.loginUid;
  return uid === NO_LOGIN ? -1 : uid;
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
  "container.name": { type: "text", lacking: NO_RUNTIME, says: "the container's name" },
  "container.image": { type: "text", lacking: NO_RUNTIME, says: "image" },
  "container.image.id": { type: "text", lacking: NO_RUNTIME, says: "id of the image" },
  "container.image.repository": { type: "text", lacking: NO_RUNTIME, says: "repository of the image" },
  "container.image.tag": { type: "text", lacking: NO_RUNTIME, says: "tag of the image" },
  "container.image.digest": { type: "text", lacking: NO_RUNTIME, says: "digest of the image" },
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
  "k8s.ns.name": { type: "text", lacking: NO_CLUSTER, says: "namespace of the pod" },
  "k8s.pod.name": { type: "text", lacking: NO_CLUSTER, says: "name of the pod" },
  "k8s.pod.id": { type: "text", lacking: NO_CLUSTER, says: "id of the pod" },
  "k8s.pod.uid": { type: "text", lacking: NO_CLUSTER, says: "uid of the pod" },
  "k8s.pod.ip": { type: "text", lacking: NO_CLUSTER, says: "address of the pod" },
  "k8s.pod.full_sandbox_id": { type: "text", lacking: NO_CLUSTER, says: "sandbox of the pod" },
  "k8s.pod.sandbox_id": { type: "text", lacking: NO_CLUSTER, says: "sandbox of the pod" },
  "k8s.pod.label": { type: "text", argument: "name", lacking: NO_CLUSTER, says: "a label of the pod" },
  "k8s.pod.labels": { type: "text", lacking: NO_CLUSTER, says: "labels of the pod" },
  "k8s.pod.cni.json": { type: "text", lacking: NO_CLUSTER, says: "network of the pod" },
};
