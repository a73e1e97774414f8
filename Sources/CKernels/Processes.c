// Copies of the process that compute beside it.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "Threads.h"
#include "include/CKernels.h"

int ck_fork(int threads) {
  pid_t first = getpid();
  pid_t process = fork();
  if (process) return process;
  // A copy ends with the one that made it, also if that is killed; at Ctrl-C it ends at once.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != first) _exit(1);
  signal(SIGINT, SIG_DFL);
  signal(SIGTSTP, SIG_DFL);
  ck_restart_threads(threads);
  return 0;
}
