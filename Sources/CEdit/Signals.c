// Signal handlers. They are in C because a handler may touch nothing but atomics.
#define _GNU_SOURCE
#include "Signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "include/CEdit.h"
#include <CKernels.h>

static volatile sig_atomic_t resized, suspended, impatient;
/// When Ctrl-C was first asked for, in milliseconds of the monotonic clock.
static atomic_llong asked_at;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void on_interrupt(int signal) {
  (void)signal;
  if (!ck_interruption_requested()) {
    atomic_store(&asked_at, now());
    ck_request_interruption(true);
  } else if (impatient && now() - atomic_load(&asked_at) > 1000) {
    _exit(130);
  }
}

static void on_resize(int signal) { (void)signal, resized = 1; }
static void on_suspend(int signal) { (void)signal, suspended = 1; }

/// Without SA_RESTART: a read that waits comes back, so that the handler's wish is seen.
static void install(int number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = 0};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, 0);
  // Whoever started the program may have blocked the signal.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, number);
  sigprocmask(SIG_UNBLOCK, &signals, 0);
}

void ce_catch_interrupts(bool second_ends) {
  impatient = second_ends;
  install(SIGINT, on_interrupt);
}

void ce_catch_terminal_signals(void) {
  install(SIGWINCH, on_resize);
  install(SIGTSTP, on_suspend);
}

void ce_release_terminal_signals(void) {
  install(SIGWINCH, SIG_DFL);
  install(SIGTSTP, SIG_DFL);
}

void ce_block_signals(sigset_t *before) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGWINCH);
  sigaddset(&signals, SIGTSTP);
  sigprocmask(SIG_BLOCK, &signals, before);
}

bool ce_wait_for_input(void) {
  // Ctrl-C comes in only while this waits: one that came just before is seen too.
  sigset_t before;
  ce_block_signals(&before);
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  while (!ck_interruption_requested() && ppoll(&input, 1, 0, &before) < 0 && errno == EINTR) {
  }
  sigprocmask(SIG_SETMASK, &before, 0);
  return !ck_interruption_requested();
}

bool ce_take_resize(void) {
  bool taken = resized;
  resized = 0;
  return taken;
}

bool ce_take_suspend(void) {
  bool taken = suspended;
  suspended = 0;
  return taken;
}

void ce_stop_here(void) {
  install(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
  install(SIGTSTP, on_suspend);
}

bool ce_terminal_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size)) return false;
  *columns = size.ws_col ? size.ws_col : 80;
  *rows = size.ws_row ? size.ws_row : 24;
  return true;
}
