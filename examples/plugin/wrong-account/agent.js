// A plugin's agent: programs that only one account of this site runs, run by another.
// What it may be and do: docs/plugins.md. It is loaded alone: no import of files, only of what Node brings along.

/** Folder of programs -> the account (a user id) that runs them. Edit this table for your site. */
const BELONGS_TO = {
  "/opt/billing/bin/": 990,
  "/opt/backup/bin/": 991,
};

/** Root looks after everything, so it counts little; anybody else has no business there. */
const WEIGHT = { root: 0.2, other: 0.7 };

export default function wrongAccount() {
  return {
    says: "notices a program of this site that is run by another account than its own",
    // Starts of programs cost other programs nothing to be told of.
    wants: ["exec"],
    onEvent(event, host) {
      const folder = Object.keys(BELONGS_TO).find((each) => event.path.startsWith(each));
      if (folder === undefined || event.uid === BELONGS_TO[folder]) return;
      const [, parent] = host.lineage(event.process);
      host.tell({
        about: event.process,
        weight: event.uid === 0 ? WEIGHT.root : WEIGHT.other,
        says: `${event.path} was run by user ${event.uid}, below ${parent?.comm ?? "nobody known"}; it belongs to ${BELONGS_TO[folder]}`,
        what: [event.path, String(event.uid)],
        numbers: { uid: event.uid, belongsTo: BELONGS_TO[folder] },
        techniques: ["T1078"],
      });
    },
  };
}
