import { remembered } from "../../bounded/remembered.ts";

/** A place whose files are run again later without anybody asking. */
export interface PersistencePlace {
  readonly what: string;
  readonly where: RegExp;
  /** How seldom an innocent program other than the system's own writes there. */
  readonly weight: number;
  readonly technique: string;
}

/** The first that matches counts. Names that the readers of these folders pass over (editors' copies, ".dpkg-new") do not match. */
const PLACES: readonly PersistencePlace[] = [
  {
    what: "what the dynamic linker loads into every program",
    where: /^\/etc\/(?:ld\.so\.preload|ld\.so\.conf|ld\.so\.conf\.d\/[^/]+\.conf)$/,
    weight: 1,
    technique: "T1574.006",
  },
  {
    what: "who may log in by SSH",
    where:
      /(?:\/\.ssh\/(?:authorized_keys2?|rc|environment)|^\/etc\/ssh\/(?:sshrc|sshd_config|sshd_config\.d\/[^/]+\.conf))$/,
    weight: 0.8,
    technique: "T1098.004",
  },
  {
    what: "how people are authenticated",
    where:
      /^(?:\/etc\/pam\.d\/[^/.]+|\/etc\/pam\.conf|\/etc\/nsswitch\.conf|(?:\/usr)?\/lib(?:64)?\/(?:[^/]+\/)?security\/pam_[^/]+\.so)$/,
    weight: 0.9,
    technique: "T1556.003",
  },
  {
    what: "who may become root",
    where: /^\/etc\/(?:sudoers|sudoers\.d\/[^/.~]+|doas\.conf|polkit-1\/rules\.d\/[^/]+\.rules)$/,
    weight: 0.9,
    technique: "T1548.003",
  },
  {
    what: "accounts",
    where: /^\/etc\/(?:passwd|shadow|group|gshadow)$/,
    weight: 0.8,
    technique: "T1136.001",
  },
  {
    what: "cron's schedule",
    where:
      /^(?:\/etc\/(?:crontab|anacrontab|cron\.(?:d|hourly|daily|weekly|monthly)\/[\w-]+)|\/var\/spool\/cron\/(?:crontabs\/)?[\w-]+|\/etc\/crontabs\/[\w-]+)$/,
    weight: 0.7,
    technique: "T1053.003",
  },
  {
    what: "jobs of at",
    where: /^\/var\/spool\/(?:cron\/at|at)(?:jobs|spool)?\/[^/.]+$/,
    weight: 0.5,
    technique: "T1053.002",
  },
  {
    what: "timers of systemd",
    where:
      /^(?:\/etc|(?:\/usr)?\/lib|\/run|\/.*\/\.config|\/.*\/\.local\/share)\/systemd\/(?:system|user)\/(?:[^/]+\/)?[^/]+\.timer$/,
    weight: 0.7,
    technique: "T1053.006",
  },
  {
    what: "services of systemd",
    where:
      /^(?:\/etc|(?:\/usr)?\/lib|\/run|\/.*\/\.config|\/.*\/\.local\/share)\/systemd\/(?:(?:system|user)\/(?:[^/]+\/)?[^/]+\.(?:service|socket|path|conf|mount)|(?:system|user)-generators\/[^/]+|system\.conf|system-shutdown\/[^/]+)$/,
    weight: 0.7,
    technique: "T1543.002",
  },
  {
    what: "what runs at boot",
    where:
      /^\/etc\/(?:init\.d\/[^/.]+|rc\.local|rc[0-6S]?\.d\/[^/.]+|inittab|init\/[^/]+\.conf|local\.d\/[^/]+\.start|grub\.d\/[^/.]+|initramfs-tools\/(?:hooks|scripts\/.*)\/[^/.]+)$/,
    weight: 0.7,
    technique: "T1037.004",
  },
  {
    what: "kernel modules to be loaded",
    where: /^\/etc\/(?:modules|modules-load\.d\/[^/]+\.conf|modprobe\.d\/[^/]+\.conf)$/,
    weight: 0.7,
    technique: "T1547.006",
  },
  {
    what: "what udev runs",
    where: /^(?:\/etc|(?:\/usr)?\/lib|\/run)\/udev\/rules\.d\/[^/]+\.rules$/,
    weight: 0.6,
    technique: "T1546.017",
  },
  {
    what: "what runs at a login's greeting",
    where:
      /^\/etc\/(?:update-motd\.d\/[^/.]+|NetworkManager\/dispatcher\.d\/[^/.]+|network\/if-(?:up|down|pre-up|post-down)\.d\/[^/.]+|apt\/apt\.conf\.d\/[^/]+|dhcp\/dhclient-(?:exit|enter)-hooks\.d\/[^/.]+)$/,
    weight: 0.7,
    technique: "T1546",
  },
  {
    what: "what a shell runs when it starts",
    where:
      /(?:^\/etc\/(?:profile|bash\.bashrc|bashrc|environment|zsh\/(?:zshrc|zprofile|zshenv)|profile\.d\/[^/]+\.sh)|\/\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|kshrc|xprofile|xinitrc|config\/fish\/config\.fish|config\/environment\.d\/[^/]+\.conf))$/,
    weight: 0.6,
    technique: "T1546.004",
  },
  {
    what: "what a desktop starts at login",
    where: /(?:\/\.config\/autostart\/|^\/etc\/xdg\/autostart\/)[^/]+\.desktop$/,
    weight: 0.5,
    technique: "T1547.013",
  },
  {
    what: "what an interpreter loads at each start",
    where: /\/(?:site-packages|dist-packages)\/(?:[^/]+\.pth|(?:site|user)customize\.py)$/,
    weight: 0.5,
    technique: "T1546.018",
  },
  {
    what: "what git runs",
    where: /\/\.git\/hooks\/[\w-]+$/,
    weight: 0.3,
    technique: "T1546",
  },
];

/** Undefined of a path that nothing runs by itself. */
export const persistenceAt = remembered(4096, (path): PersistencePlace | undefined =>
  PLACES.find(({ where }) => where.test(path)),
);
