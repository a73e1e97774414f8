// The loops that need vector instructions, and the threads that run them. Called by the Tensors room only.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// ---- threads ------------------------------------------------------------------------------------------------------

typedef void (*ck_item)(void *context, long item);

/// Threads that work on one call, the caller included.
int ck_threads(void);
/// Sets the number of threads, clamped to 1 … 64. Threads are created when they are first needed.
void ck_set_threads(int count);
/// Calls item(context, i) for i in 0 ..< count, each once, possibly on several threads. Returns false if an
/// interruption was requested before all items had been handed out.
bool ck_parallel(long count, ck_item item, void *context);

/// The flag that a signal handler sets (async-signal-safe).
bool ck_interruption_requested(void);
void ck_request_interruption(bool requested);
