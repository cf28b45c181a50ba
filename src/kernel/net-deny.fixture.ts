/** Run by net-deny.test.ts in a group of its own: does what it is told over the channel, and answers with what came of it. */
import { createSocket, type Socket as Datagrams } from "node:dgram";
import { createConnection, type Socket } from "node:net";

interface Task {
  readonly do: "connect" | "send" | "ping" | "hold" | "say" | "heard";
  readonly host: string;
  readonly port: number;
}

const PATIENCE_MS = 400;
let open: Socket | undefined;
let held: Datagrams | undefined;
let heard = 0;

process.on("message", (task: Task) => void perform(task).then((answer) => process.send?.(answer)));
process.send?.("ready");

async function perform(task: Task): Promise<string> {
  if (task.do === "hold") return await hold(task);
  if (task.do === "say") return await say();
  if (task.do === "heard") return String(heard);
  if (task.do === "send") return await send(task);
  return task.do === "ping" ? await ping() : await connect(task);
}

/** The connection stays open for `ping`. */
function connect({ host, port }: Task): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const timer = setTimeout(() => resolve("silence"), PATIENCE_MS);
    socket.on("error", (error) => resolve("code" in error ? String(error.code) : "error"));
    socket.on("connect", () => {
      clearTimeout(timer);
      open = socket;
      resolve("connected");
    });
  });
}

/** Whether the other side still answers on the open connection. */
function ping(): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("silence"), PATIENCE_MS);
    open?.once("data", () => {
      clearTimeout(timer);
      resolve("answered");
    });
    open?.on("error", () => resolve("silence"));
    open?.write("x");
  });
}

/** A datagram socket that is connected from now on: what it says later names no address any more. Gives its port. */
function hold({ host, port }: Task): Promise<string> {
  const socket = createSocket("udp4");
  held = socket;
  socket.on("message", () => heard++);
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.bind(0, "127.0.0.1", () => socket.connect(port, host, () => resolve(String(socket.address().port))));
  });
}

function say(): Promise<string> {
  return new Promise((resolve) => {
    held?.send("x", (error) => resolve(error === null ? "sent" : "code" in error ? String(error.code) : "error"));
  });
}

function send({ host, port }: Task): Promise<string> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.send("x", port, host, (error) => {
      socket.close();
      resolve(error === null ? "sent" : "code" in error ? String(error.code) : "error");
    });
  });
}
