// The editor: libedit's variadic calls, and a reader of characters that minds signals.
#define _GNU_SOURCE
#include "include/CEdit.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "Signals.h"
#include <CKernels.h>

/// One prompt for the one editor of a program.
static char *prompt_text;

static char *prompt(EditLine *editor) {
  (void)editor;
  return prompt_text;
}

static void send(const char *sequence) {
  fputs(sequence, stdout);
  fflush(stdout);
}

/// With it, what is pasted arrives between ESC[200~ and ESC[201~. Said before each entry, because a
/// program that ran in between may have changed it.
static void begin_paste_marks(void) { send("\033[?2004h"); }
static void end_paste_marks(void) { send("\033[?2004l"); }

/// The columns of the prompt on the screen: its characters without the escape sequences.
static int prompt_columns(void) {
  int columns = 0;
  bool visible = true;
  for (const char *c = prompt_text; *c; c++) {
    if (*c == 1) visible = !visible;
    else if (visible && (*c & 0xC0) != 0x80) columns++;
  }
  return columns;
}

/// The rows of the screen between the first row of the entry and the one with the caret.
static int rows_above_caret(EditLine *editor) {
  int width, rows;
  if (!ce_terminal_size(STDOUT_FILENO, &width, &rows)) return 0;
  const LineInfoW *line = el_wline(editor);
  int row = 0, column = prompt_columns();
  for (const wchar_t *c = line->buffer; c < line->cursor; c++) {
    int columns = *c == L'\n' ? 0 : wcwidth(*c);
    if (*c == L'\n' || column + columns > width) row++, column = 0;
    if (columns > 0) column += columns;
  }
  return row < rows ? row : rows - 1;
}

/// The window has another size: draws the entry anew, in its place.
static void resize(EditLine *editor) {
  int above = rows_above_caret(editor);
  el_resize(editor);
  if (above) fprintf(stdout, "\033[%dA", above);
  send("\r\033[J");
  ce_redraw(editor);
}

static void suspend(EditLine *editor) {
  el_set(editor, EL_PREP_TERM, 0);
  end_paste_marks();
  ce_stop_here();
  el_set(editor, EL_PREP_TERM, 1);
  begin_paste_marks();
  el_resize(editor);
  ce_redraw(editor);
}

/// Reads one character of UTF-8. libedit's own reader gives up on any signal; this one ends the entry
/// only for Ctrl-C, and minds a new window size and Ctrl-Z.
static int read_typed(EditLine *editor, wchar_t *result) {
  mbstate_t state = {0};
  for (;;) {
    // Signals come in only while this waits: one that came before would otherwise not be seen until
    // the next key.
    sigset_t before;
    ce_block_signals(&before);
    bool interrupted = ck_interruption_requested();
    bool resized = ce_take_resize(), suspended = ce_take_suspend();
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = interrupted || resized || suspended ? 0 : ppoll(&input, 1, 0, &before);
    sigprocmask(SIG_SETMASK, &before, 0);
    if (interrupted) {
      errno = EINTR;
      return -1;
    }
    if (resized) resize(editor);
    if (suspended) suspend(editor);
    if (ready <= 0) continue;
    char byte;
    ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 0) return 0;
    if (count < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    size_t length = mbrtowc(result, &byte, 1, &state);
    if (length == (size_t)-2) continue;
    if (length == (size_t)-1) {
      // Not UTF-8: show that something was there, and begin again.
      *result = 0xFFFD;
      memset(&state, 0, sizeof state);
    }
    return 1;
  }
}

static bool capturing, second_half;
static wchar_t captured_character;

static int read_character(EditLine *editor, wchar_t *result) {
  if (second_half) {
    second_half = false;
    *result = L'S' - L'@';
    return 1;
  }
  int count = read_typed(editor, result);
  if (!capturing || count != 1) return count;
  captured_character = *result;
  second_half = true;
  *result = L'X' - L'@';
  return 1;
}

void ce_capture(EditLine *editor, bool captured) {
  (void)editor;
  capturing = captured;
}

int ce_captured(EditLine *editor) {
  (void)editor;
  return (int)captured_character;
}

EditLine *ce_open(const char *program) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8")) setlocale(LC_CTYPE, "C.UTF-8");
  EditLine *editor = el_init(program, stdin, stdout, stderr);
  if (!editor) return 0;
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 0);
  el_set(editor, EL_GETCFN, read_character);
  ce_set_prompt(editor, "");
  el_set(editor, EL_PROMPT_ESC, prompt, 1);
  return editor;
}

int ce_add(EditLine *editor, const char *name, ce_function function) {
  return el_set(editor, EL_ADDFN, name, name, function);
}

int ce_bind(EditLine *editor, const char *key, const char *name) {
  return el_set(editor, EL_BIND, key, name, NULL);
}

void ce_bind_printable(EditLine *editor, const char *name) {
  for (int key = 32; key < 127; key++) {
    // Octal, because bind would take "-" for a switch and "^" and "\" for the start of a notation.
    char notation[8];
    snprintf(notation, sizeof notation, "\\%03o", key);
    ce_bind(editor, notation, name);
  }
}

void ce_set_data(EditLine *editor, void *data) { el_set(editor, EL_CLIENTDATA, data); }

void *ce_data(EditLine *editor) {
  void *data = 0;
  el_get(editor, EL_CLIENTDATA, &data);
  return data;
}

void ce_set_prompt(EditLine *editor, const char *text) {
  (void)editor;
  char *copy = strdup(text);
  if (!copy) return;
  free(prompt_text);
  prompt_text = copy;
}

const char *ce_read(EditLine *editor, int *count, enum ce_outcome *outcome) {
  ck_request_interruption(false);
  begin_paste_marks();
  ce_catch_terminal_signals();
  // Before the prompt appears, so that no key typed at it meets the terminal's own line editing.
  el_set(editor, EL_PREP_TERM, 1);
  errno = 0;
  const char *text = el_gets(editor, count);
  ce_release_terminal_signals();
  end_paste_marks();
  if (text && *count > 0) {
    *outcome = CE_TEXT;
    return text;
  }
  *outcome = ck_interruption_requested() ? CE_INTERRUPTED : CE_END;
  if (*outcome == CE_INTERRUPTED) el_reset(editor);
  ck_request_interruption(false);
  return 0;
}

int ce_next(EditLine *editor) {
  wchar_t character;
  return el_wgetc(editor, &character) == 1 ? (int)character : -1;
}

bool ce_more_input(int milliseconds) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, milliseconds) > 0;
}

void ce_redraw(EditLine *editor) { el_set(editor, EL_REFRESH); }

unsigned char ce_insert(EditLine *editor, int key) {
  wchar_t text[] = {key, 0};
  if (el_winsertstr(editor, text)) return CC_ERROR;
  const LineInfoW *line = el_wline(editor);
  if (line->cursor == line->lastchar) return CC_REFRESH;
  int columns, rows;
  if (!ce_terminal_size(STDOUT_FILENO, &columns, &rows)) columns = 80;
  // Longer than half a line is a cheap and safe sign that the text may wrap: characters are at most
  // two columns wide.
  return line->lastchar - line->buffer > columns / 2 - 8 ? CC_REDISPLAY : CC_REFRESH;
}
