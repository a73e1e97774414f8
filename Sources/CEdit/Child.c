// Another program on the same terminal.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/CEdit.h"
#include <CKernels.h>

bool ce_run(const char *command, const char *path) {
  // The shell takes the command apart; the path stays one word.
  char *arguments[] = {"sh", "-c", (char *)command, "sh", (char *)path, 0};
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t process;
  int failed = posix_spawn(&process, "/bin/sh", 0, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  if (failed) return false;
  int status = 0;
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return false;
  // Ctrl-C was meant for the other program.
  ck_request_interruption(false);
  return status == 0;
}
