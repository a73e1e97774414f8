// libedit behind functions with fixed arguments, and the signals of an interactive program.
#pragma once
#include <histedit.h>
#include <stdbool.h>
#include <stddef.h>

// MARK: The editor

/// What a key does: one of libedit's CC_ results.
typedef unsigned char (*ce_function)(EditLine *editor, int key);

/// Opens an editor on standard input, output and error with the emacs keys and a UTF-8 locale.
EditLine *ce_open(const char *program);

/// Makes a function known under a name. Both names must outlive the editor.
int ce_add(EditLine *editor, const char *name, ce_function function);
/// Binds a key sequence, in libedit's notation, to a function by its name.
int ce_bind(EditLine *editor, const char *key, const char *name);
/// Binds every printable ASCII character to a function.
void ce_bind_printable(EditLine *editor, const char *name);

/// The pointer that key functions get back with `ce_data`.
void ce_set_data(EditLine *editor, void *data);
void *ce_data(EditLine *editor);

/// The prompt; escape sequences stand between bytes of value 1. The text is copied.
void ce_set_prompt(EditLine *editor, const char *prompt);
/// What stands at the right edge of the prompt's line where there is room; written as the prompt is, and
/// no escape sequence may stand at its end.
void ce_set_hint(EditLine *editor, const char *hint);

/// Why `ce_read` came back.
enum ce_outcome { CE_TEXT, CE_INTERRUPTED, CE_END };
/// Reads an entry: `count` bytes of UTF-8, valid until the next call, or NULL with the reason.
const char *ce_read(EditLine *editor, int *count, enum ce_outcome *outcome);
/// Before `ce_read`: the entry begins with the key sequence ^X^F.
void ce_offer(EditLine *editor);
/// Keeps bytes that were read from the terminal outside of the editor, as if they were typed next.
void ce_unread(const unsigned char *bytes, size_t count);
/// Gives the terminal to another program while an entry is edited, and takes it back.
void ce_leave(EditLine *editor);
void ce_return(EditLine *editor);
/// The next character that is typed, or -1 when the entry is interrupted or the input ends.
int ce_next(EditLine *editor);
/// While captured, each character that is typed is kept for `ce_captured` and arrives as ^X^S.
void ce_capture(EditLine *editor, bool captured);
int ce_captured(EditLine *editor);
/// When nothing is typed, the cursor stands on a character of the entry (counted from 0) for a moment.
void ce_point_at(EditLine *editor, int character);
/// Whether another byte of input arrives within so many milliseconds.
bool ce_more_input(int milliseconds);
/// Draws prompt and text anew from the line on which the cursor stands.
void ce_redraw(EditLine *editor);
/// Inserts a printable character; draws the whole text anew where libedit would lose its tail.
unsigned char ce_insert(EditLine *editor, int key);
/// What a key function gives back after it changed the text before the caret: libedit loses the tail of
/// text that wraps unless all is drawn anew.
unsigned char ce_changed(EditLine *editor);

// MARK: Signals and the terminal

/// From now on Ctrl-C requests an interruption of what is running. A second one, while the first has
/// had no effect for a second, ends the program with code 130 if `second_ends`.
void ce_catch_interrupts(bool second_ends);
/// Waits until standard input has something to read, or has ended; false if Ctrl-C was typed.
bool ce_wait_for_input(void);
/// Columns and rows of the terminal on a file descriptor; false if it is not a terminal.
bool ce_terminal_size(int descriptor, int *columns, int *rows);

/// Runs a shell's command, in which "$1" is the path, and waits for it; whether it succeeded.
bool ce_run(const char *command, const char *path);
