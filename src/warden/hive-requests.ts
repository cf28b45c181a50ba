import { encodeMessage } from "../core/wire/codec.ts";
import type { HiveMessage } from "../core/wire/from-hive.ts";
import type { FromHive } from "../core/wire/messages.ts";
import type { IncidentNews } from "../core/output-record.ts";
import type { ChangeDesk } from "./change-desk.ts";
import type { HiveProcess } from "./hive-channel.ts";
import type { WardenSenses } from "./senses.ts";

interface Ports {
  readonly changes: ChangeDesk;
  readonly senses: WardenSenses;
  hivePid(): number;
  /** Tells outside; false where that is not taken. */
  tell(news: IncidentNews): boolean;
  /** Looks up where names lead. */
  resolve(asked: FromHive["resolve"]): void;
  /** A hive has said that it is ready. */
  onReady(): void;
  /** A sentence for the log. */
  log(says: string): void;
}

/** What the warden does when the hive asks it. Whatever a message does must never end the warden: the hive that sent it goes instead. */
export function answerHive(ports: Ports): (message: HiveMessage, hive: HiveProcess) => void {
  return (message, hive) => {
    try {
      answer(ports, message, hive);
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      ports.log(`SW-INTERNAL: ${message.name} of the hive: ${says}`);
      hive.kill();
    }
  };
}

function answer(
  { changes, senses, hivePid, tell, resolve, onReady, log }: Ports,
  { name, body }: HiveMessage,
  hive: HiveProcess,
): void {
  switch (name) {
    case "propose":
      return changes.propose(body, hive);
    case "undo":
      return hive.send(encodeMessage("answer", changes.undo(body.request, body.action, claimed(body.by))));
    case "restore":
      return hive.send(encodeMessage("answer", changes.restore(body.request, claimed(body.by))));
    case "wants":
      return senses.want(body.kinds);
    case "profiles":
      return senses.followProfiles(body.orders);
    case "tell":
      return void (tell(body) && hive.send(encodeMessage("told", { id: body.id })));
    case "resolve":
      return resolve(body);
    case "watch":
      return senses.watch(body.viewers > 0);
    case "ready":
      onReady();
      hive.send(encodeMessage("self", { pid: hivePid() }));
      return log(`hive ready, pid ${hivePid()}${body.permission ? "" : " (Node's permission model is off)"}`);
    case "alive":
      return;
  }
}

/** What the hive says of who asked is its own word: the journal must not show it as a login that the kernel vouched for. */
function claimed(by: string): string {
  return `through the hive: ${by}`;
}
