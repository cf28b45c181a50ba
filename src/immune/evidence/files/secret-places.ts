import { remembered } from "../../bounded/remembered.ts";

/** One sort of secret: files that serve one purpose, wherever they lie. */
export interface SecretSort {
  readonly sort: string;
  readonly where: RegExp;
  /** Programs whose own these are; from a system folder alone. */
  readonly own: ReadonlySet<string>;
  readonly technique: string;
}

/** What a hunter looks for, each sort once. To be sought by its misses too, a path need not exist. */
const SORTS: readonly SecretSort[] = [
  sort(
    "password hashes",
    /^\/etc\/(?:g?shadow-?|security\/opasswd|master\.passwd)$/,
    "login sshd sshd-session sshd-auth su sudo doas passwd chpasswd chage useradd usermod userdel groupadd unix_chkpwd unix_update cron crond " +
      "systemd systemd-userwork systemd-userdbd systemd-executor newgrp nscd sssd accounts-daemon polkit-agent-helper-1 vipw pwck grpck " +
      "dovecot vsftpd saslauthd screen lightdm gdm-session-worker systemd-sysusers systemd-tmpfiles debconf-communicate adduser",
    "T1003.008",
  ),
  sort(
    "SSH private keys",
    /(?:\/\.ssh\/(?:id_\w+|identity|[^/]*\.pem|[^/]*_(?:rsa|ed25519|ecdsa))|^\/etc\/ssh\/ssh_host_\w+_key)$/,
    "ssh sshd sshd-session sshd-auth ssh-agent ssh-add ssh-keygen ssh-keysign scp sftp git gpg-agent seahorse gnome-keyring-daemon rsync",
    "T1552.004",
  ),
  sort(
    "PGP keys",
    /\/\.gnupg\/(?:private-keys-v1\.d\/|secring\.gpg$)/,
    "gpg gpg2 gpg-agent gpgsm keyboxd gpgconf seahorse",
    "T1552.004",
  ),
  sort(
    "TLS private keys",
    /^\/etc\/(?:ssl\/private\/|letsencrypt\/(?:live|archive)\/.*privkey|pki\/tls\/private\/)/,
    "nginx apache2 httpd haproxy caddy certbot lego postgres mysqld mariadbd exim4 postfix master smtpd dovecot openssl stunnel4 slapd traefik",
    "T1552.004",
  ),
  sort(
    "cloud credentials",
    /\/(?:\.aws\/(?:credentials|config|sso\/cache\/.*)|\.config\/gcloud\/.*(?:credential|token).*|\.azure\/(?:accessTokens|msal_token_cache|azureProfile)[^/]*|\.config\/(?:doctl|hcloud|linode-cli)[^/]*|\.oci\/config|\.boto|\.s3cfg|\.config\/rclone\/rclone\.conf)$/,
    "aws gcloud az doctl hcloud terraform tofu pulumi s3cmd rclone packer oci",
    "T1552.001",
  ),
  sort(
    "cluster tokens",
    /(?:\/\.kube\/config|\/serviceaccount\/(?:\.\.[^/]+\/)?token|^\/etc\/kubernetes\/(?:admin\.conf|pki\/.*\.key)|^\/etc\/rancher\/k3s\/k3s\.yaml|^\/var\/lib\/kubelet\/(?:pki\/.*|kubeconfig))$/,
    "kubectl helm k9s kubelet k3s kube-apiserver kubeadm oc flux argocd containerd",
    "T1528",
  ),
  sort(
    "registry and package tokens",
    /\/(?:\.docker\/config\.json|\.npmrc|\.pypirc|\.gem\/credentials|\.cargo\/credentials(?:\.toml)?|\.config\/(?:gh|glab-cli)\/(?:hosts|config)\.ya?ml|\.m2\/settings\.xml|\.composer\/auth\.json|\.config\/containers\/auth\.json)$/,
    "docker dockerd podman buildah skopeo npm node yarn pnpm twine pip pip3 gem cargo gh glab mvn composer",
    "T1528",
  ),
  sort(
    "passwords of network clients",
    /\/(?:\.git-credentials|\.config\/git\/credentials|\.netrc|\.smbcredentials|\.config\/filezilla\/[^/]+\.xml|\.vnc\/passwd|\.remmina\/[^/]+|\.local\/share\/remmina\/[^/]+)$/,
    "git git-remote-https git-credential-store curl wget ftp mount.cifs vncviewer Xvnc filezilla remmina",
    "T1552.001",
  ),
  sort(
    "passwords of databases",
    /\/(?:\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.mongorc\.js|\.rediscli_auth|debian\.cnf|wp-config\.php|\.dbshell)$/,
    "psql pg_dump pg_dumpall pg_restore mysql mysqldump mysqladmin mysqlcheck mariadb mariadb-dump mariadb-admin mongosh mongodump redis-cli " +
      "php php-fpm apache2 httpd mysqld mariadbd mysqld_safe debian-start",
    "T1552.001",
  ),
  sort(
    "settings with passwords",
    /\/(?:\.env(?:\.(?:local|production|prod|staging))?|secrets?\.(?:ya?ml|json|toml|env)|credentials\.(?:json|ya?ml|xml)|\.vault-token|\.terraform\.d\/credentials\.tfrc\.json)$/,
    "docker docker-compose podman vault terraform tofu",
    "T1552.001",
  ),
  sort(
    "browsers' stores",
    /\/(?:\.mozilla\/.*\/(?:logins\.json|key[34]\.db|cookies\.sqlite)|(?:google-chrome|chromium|BraveSoftware|microsoft-edge|opera|vivaldi)[^/]*\/.*(?:Login Data|Cookies|Web Data|Local State))$/,
    "firefox firefox-bin firefox-esr chrome google-chrome chromium chromium-browser brave brave-browser msedge opera vivaldi vivaldi-bin thunderbird",
    "T1555.003",
  ),
  sort(
    "keyrings and wallets",
    /\/(?:\.local\/share\/(?:keyrings|kwalletd)\/[^/]+|\.password-store\/.*\.gpg|[^/]+\.kdbx?|\.bitcoin\/wallet\.dat|\.electrum\/wallets\/[^/]+|\.ethereum\/keystore\/[^/]+|\.config\/Exodus\/.*)$/,
    "gnome-keyring-daemon kwalletd5 kwalletd6 seahorse pass keepassxc keepass2 bitcoind bitcoin-qt electrum geth",
    "T1555",
  ),
  sort(
    "histories",
    /\/\.(?:bash|zsh|sh|ash|python|psql|mysql|node_repl|rediscli|sqlite)_?history$/,
    "bash sh dash zsh ash ksh mksh fish python3 psql mysql mariadb node redis-cli sqlite3",
    "T1552.003",
  ),
  sort(
    "environments of others",
    /^\/proc\/\d+\/(?:task\/\d+\/)?environ$/,
    "ps top htop systemd systemd-coredump systemctl systemd-executor systemd-logind pgrep pkill lsof criu gdb runc crun containerd-shim-runc-v2 needrestart",
    "T1552.001",
  ),
  sort(
    "memory of others",
    /^\/proc\/\d+\/(?:task\/\d+\/)?mem$/,
    "gdb lldb strace ltrace perf criu gcore systemd-coredump apport rr dotnet-dump jmap bpftrace",
    "T1003.007",
  ),
];

function sort(name: string, where: RegExp, own: string, technique: string): SecretSort {
  return { sort: name, where, own: new Set(own.split(" ")), technique };
}

/** Undefined of a path that holds no secret. */
export const secretAt = remembered(4096, (path): SecretSort | undefined => SORTS.find(({ where }) => where.test(path)));

export const SECRET_SORTS: readonly string[] = SORTS.map((each) => each.sort);
