/** Entry of the sender process. */
import { runSender } from "./sender.ts";

runSender();
