// The process: what it does with memory that was freed, and copies of it that compute beside it.
#define _GNU_SOURCE
#include <malloc.h>
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

void ck_keep_freed_memory(void) {
  // The C library gives memory back at every chance, and has it filled with zeros anew for the next list or text.
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
}
