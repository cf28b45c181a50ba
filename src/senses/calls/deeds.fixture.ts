/** What a single test has the program do, in C. */
export const DEEDS = {
  opensAgain:
    'for (int i = 0; i < 50; i++) close(open("file", O_RDONLY)); open("file", O_RDWR); open("file", O_WRONLY); open("file", O_WRONLY | O_TRUNC); open("file", O_WRONLY); for (int i = 0; i < 9; i++) open("none", O_RDONLY); open("none2", O_RDONLY); usleep(1100000); open("file", O_RDONLY); open("none", O_RDONLY);',
  opensHostname: 'open("/etc/hostname", O_RDONLY);',
  runsShell: "system(argv[2]);",
  writes:
    'int f = open("file", O_RDWR | O_TRUNC), p[2]; pipe(p); write(p[1], "xyz", 3); write(f, "12345", 5); pwrite(f, "ab", 2, 0); struct iovec v = { "abc", 3 }; writev(f, &v, 1); pwritev(f, &v, 1, 0); write(f, "", 0); write(-1, "x", 1); ftruncate(f, 4); truncate("file", 3); int g = open("g", O_RDWR | O_CREAT, 0600); loff_t z = 0; syscall(SYS_sendfile, g, f, &z, 3); z = 0; syscall(SYS_copy_file_range, f, &z, g, 0, 2, 0);',
  unlinksAndOpens: 'unlink("/none"); open("/none", O_RDONLY);',
  goesDeep:
    'char n[201]; memset(n, \'d\', 200); n[200] = 0; for (int i = 0; i < 5; i++) { mkdir(n, 0700); chdir(n); } char p[2000] = ""; while (strlen(p) < 1800) strcat(p, "./"); strcat(p, "leaf"); close(creat(p, 0600)); unlink(p);',
  unlinksOften: 'for (int i = 0; i < 3000; i++) unlink("/none");',
  opensWhileChanging: `pthread_t other; pthread_create(&other, 0, liar, 0); for (int i = 0; i < 400; i++) { sprintf(shared + 1, "/%d", i); shared[0] = 'a'; struct stat s; int f = open(shared, O_RDONLY); fstat(f, &s); printf("%lu ", (unsigned long)s.st_ino); close(f); } fflush(stdout); shared[31] = 1; pthread_join(other, 0);`,
} as const;
