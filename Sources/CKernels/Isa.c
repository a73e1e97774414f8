// The choice of an instruction set, and memory for kernels to work in.
#define _GNU_SOURCE
#include "Isa.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static _Atomic(const Isa *) chosen;

static bool supported(const Isa *candidate) {
  if (candidate == &isa_sse2) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (candidate == &isa_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

/// The best supported instruction set, or the named one if it is supported.
static const Isa *choose(const char *name) {
#if defined(__x86_64__)
  const Isa *const all[] = {&isa_avx512, &isa_avx2, &isa_sse2};
#else
  const Isa *const all[] = {&isa_sse2};
#endif
  const Isa *best = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (!supported(all[i])) continue;
    if (name && !strcmp(name, all[i]->name)) return all[i];
    if (!best) best = all[i];
  }
  return best;
}

const Isa *isa(void) {
  const Isa *current = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (current) return current;
  current = choose(getenv("XAI_ISA"));
  atomic_store(&chosen, current);
  return current;
}

const char *ck_isa(void) { return isa()->name; }

bool ck_set_isa(const char *name) {
  const Isa *found = choose(name);
  if (!found || strcmp(found->name, name)) return false;
  atomic_store(&chosen, found);
  return true;
}

long ck_width(void) { return isa()->width; }

enum { SLOTS = 4 };
typedef struct {
  float *block[SLOTS];
  long capacity[SLOTS];
} Scratch;

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void free_scratch(void *memory) {
  Scratch *s = memory;
  for (int i = 0; i < SLOTS; i++) free(s->block[i]);
  free(s);
}

static void make_key(void) { pthread_key_create(&scratch_key, free_scratch); }

float *scratch(int slot, long count) {
  pthread_once(&scratch_once, make_key);
  Scratch *s = pthread_getspecific(scratch_key);
  if (!s) {
    s = calloc(1, sizeof *s);
    if (!s || pthread_setspecific(scratch_key, s)) return free(s), NULL;
  }
  if (s->capacity[slot] < count) {
    free(s->block[slot]);
    const size_t align = count >= 1 << 19 ? 2 << 20 : 4096;
    const size_t bytes = ((size_t)count * 4 + align - 1) / align * align;
    s->block[slot] = aligned_alloc(align, bytes);
    s->capacity[slot] = s->block[slot] ? (long)(bytes / 4) : 0;
    if (s->block[slot] && align > 4096) madvise(s->block[slot], bytes, MADV_HUGEPAGE);
  }
  return s->block[slot];
}
