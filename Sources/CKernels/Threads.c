// The thread pool. One atomic word holds what is left of the current job; whoever takes an item runs it. The caller
// works too, and waits for finished items, never for a worker that has not begun: a worker that the system does not
// run delays nobody.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Threads.h"
#include "include/CKernels.h"

enum { MAX_THREADS = 64, SPINS = 4000 };

/// Generation of the job in the upper half, items not yet taken in the lower half.
static _Atomic uint64_t ticket;
/// Items of the current job that are finished or were given up.
static atomic_long finished;
/// The current job; written before `ticket` is, read only by those who hold an item of it.
static struct {
  ck_item item;
  void *context;
  long count;
} job;

/// Held by the caller whose job is running; others run theirs alone.
static pthread_mutex_t running = PTHREAD_MUTEX_INITIALIZER;
static uint32_t generation;
static atomic_int wanted;   // threads to use, 0 until first asked for
static int created = 1;     // threads that exist, the caller included; guarded by `running`
static atomic_int sleepers;
static _Atomic uint32_t wake;
static atomic_bool interrupted;

bool ck_interruption_requested(void) {
  return atomic_load_explicit(&interrupted, memory_order_relaxed);
}

void ck_request_interruption(bool requested) { atomic_store(&interrupted, requested); }

static int clamp(long count) { return count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : (int)count; }

int ck_threads(void) {
  int count = atomic_load_explicit(&wanted, memory_order_relaxed);
  if (count) return count;
  const char *text = getenv("XAI_THREADS");
  long chosen = text ? strtol(text, 0, 10) : 0;
  if (chosen < 1) chosen = sysconf(_SC_NPROCESSORS_ONLN);
  int none = 0;
  atomic_compare_exchange_strong(&wanted, &none, clamp(chosen));
  return atomic_load(&wanted);
}

void ck_set_threads(int count) { atomic_store(&wanted, clamp(count)); }

/// Takes items of the current job and runs them until none is left; whether it ran any.
static bool work(void) {
  bool any = false;
  uint64_t seen = atomic_load(&ticket);
  while ((uint32_t)seen) {
    if (!atomic_compare_exchange_weak(&ticket, &seen, seen - 1)) continue;
    any = true;
    if (!ck_interruption_requested()) job.item(job.context, job.count - (long)(uint32_t)seen);
    atomic_fetch_add_explicit(&finished, 1, memory_order_release);
    seen = atomic_load(&ticket);
  }
  return any;
}

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Spins for about 20 µs after the last item, then sleeps until the next job.
static void *worker(void *number) {
  int own = (int)(intptr_t)number;
  int spins = 0;
  for (;;) {
    uint32_t before = atomic_load(&wake);
    bool allowed = own < ck_threads();
    if (allowed && work()) {
      spins = 0;
    } else if (allowed && ++spins < SPINS) {
      pause_briefly();
    } else {
      atomic_fetch_add(&sleepers, 1);
      if (!allowed || !(uint32_t)atomic_load(&ticket))
        syscall(SYS_futex, &wake, FUTEX_WAIT_PRIVATE, before, 0, 0, 0);
      atomic_fetch_sub(&sleepers, 1);
      spins = 0;
    }
  }
  return 0;
}

static void create_workers(int count) {
  while (created < count) {
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, (void *)(intptr_t)created)) return;
    pthread_detach(thread);
    created++;
  }
}

void ck_restart_threads(int count) {
  // Only the calling thread is here; what the others held or had begun is left behind.
  pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
  running = unlocked;
  created = 1;
  atomic_store(&ticket, 0);
  atomic_store(&finished, 0);
  atomic_store(&sleepers, 0);
  atomic_store(&interrupted, false);
  ck_set_threads(count);
}

static bool run_alone(long count, ck_item item, void *context) {
  for (long i = 0; i < count; i++) {
    if (ck_interruption_requested()) return false;
    item(context, i);
  }
  return true;
}

bool ck_parallel(long count, ck_item item, void *context) {
  int threads = ck_threads();
  if (count <= 1 || threads == 1 || count > UINT32_MAX) return run_alone(count, item, context);
  if (pthread_mutex_trylock(&running)) return run_alone(count, item, context);
  create_workers(threads);
  job.item = item;
  job.context = context;
  job.count = count;
  atomic_store(&finished, 0);
  atomic_store(&ticket, (uint64_t)++generation << 32 | (uint64_t)count);
  atomic_fetch_add(&wake, 1);
  if (atomic_load(&sleepers)) syscall(SYS_futex, &wake, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, 0);
  work();
  for (int spins = 0; atomic_load_explicit(&finished, memory_order_acquire) < count;) {
    pause_briefly();
    if (++spins > 20000) sched_yield();
  }
  pthread_mutex_unlock(&running);
  return !ck_interruption_requested();
}
