// What the editor needs of the signal handlers.
#pragma once
#include <signal.h>
#include <stdbool.h>

/// While an entry is read: the window's size and Ctrl-Z are noted instead of acted upon.
void ce_catch_terminal_signals(void);
void ce_release_terminal_signals(void);
/// Holds back the signals that are caught here, until the mask from before is set again.
void ce_block_signals(sigset_t *before);
/// Whether the window changed its size since the last call.
bool ce_take_resize(void);
/// Whether Ctrl-Z was typed since the last call.
bool ce_take_suspend(void);
/// Stops the process as Ctrl-Z does, and returns when it is continued.
void ce_stop_here(void);
