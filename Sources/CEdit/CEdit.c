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

/// One prompt for the one editor of a program, and what stands at the right edge of its line.
static char *prompt_text, *hint_text;

static char *prompt(EditLine *editor) {
  (void)editor;
  return prompt_text;
}

static char *hint(EditLine *editor) {
  (void)editor;
  return hint_text;
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

/// Where the character at `place` of the entry stands on a screen of `width` columns, counted from the
/// first row of the entry.
static void find(EditLine *editor, const wchar_t *place, int width, int *row, int *column) {
  *row = 0, *column = prompt_columns();
  for (const wchar_t *c = el_wline(editor)->buffer; c < place; c++) {
    int columns = *c == L'\n' ? 0 : wcwidth(*c);
    if (*c == L'\n' || *column + columns > width) ++*row, *column = 0;
    if (columns > 0) *column += columns;
  }
  if (*column >= width) ++*row, *column = 0;
}

/// The rows of the screen between the first row of the entry and the one with the caret.
static int rows_above_caret(EditLine *editor) {
  int width, rows, row, column;
  if (!ce_terminal_size(STDOUT_FILENO, &width, &rows)) return 0;
  find(editor, el_wline(editor)->cursor, width, &row, &column);
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

void ce_leave(EditLine *editor) {
  el_set(editor, EL_PREP_TERM, 0);
  end_paste_marks();
}

void ce_return(EditLine *editor) {
  el_set(editor, EL_PREP_TERM, 1);
  begin_paste_marks();
  el_resize(editor);
}

static void suspend(EditLine *editor) {
  ce_leave(editor);
  ce_stop_here();
  ce_return(editor);
  ce_redraw(editor);
}

// MARK: The bracket that a closing one belongs to

static long partner = -1;

void ce_point_at(EditLine *editor, int character) {
  (void)editor;
  partner = character;
}

/// Puts the cursor on the partner of the bracket just typed; false if it is not on the screen.
static bool show_partner(EditLine *editor) {
  const LineInfoW *line = el_wline(editor);
  long place = partner;
  partner = -1;
  int width, rows, row, column, caret_row, caret_column;
  if (place < 0 || place >= line->cursor - line->buffer) return false;
  if (!ce_terminal_size(STDOUT_FILENO, &width, &rows)) return false;
  find(editor, line->buffer + place, width, &row, &column);
  find(editor, line->cursor, width, &caret_row, &caret_column);
  if (caret_row - row >= rows) return false;
  fputs("\0337", stdout);
  if (caret_row > row) fprintf(stdout, "\033[%dA", caret_row - row);
  fputc('\r', stdout);
  if (column) fprintf(stdout, "\033[%dC", column);
  fflush(stdout);
  return true;
}

// MARK: Characters

/// What was read from the terminal before the editor asked for it.
static unsigned char early[4096];
static size_t early_start, early_end;

void ce_unread(const unsigned char *bytes, size_t count) {
  if (early_start == early_end) early_start = early_end = 0;
  if (count > sizeof early - early_end) count = sizeof early - early_end;
  memcpy(early + early_end, bytes, count);
  early_end += count;
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
    bool waiting = !interrupted && !resized && !suspended && early_start == early_end;
    bool pointing = waiting && partner >= 0 && !ce_more_input(0) && show_partner(editor);
    struct timespec glance = {.tv_nsec = 400000000};
    int ready = waiting ? ppoll(&input, 1, pointing ? &glance : 0, &before) : 0;
    sigprocmask(SIG_SETMASK, &before, 0);
    if (pointing) send("\0338");
    // A key typed after Ctrl-C belongs to the next entry.
    if (!interrupted && ck_interruption_requested()) continue;
    if (interrupted) {
      errno = EINTR;
      return -1;
    }
    if (resized) resize(editor);
    if (suspended) suspend(editor);
    char byte;
    ssize_t count = 1;
    if (early_start < early_end) byte = (char)early[early_start++];
    else if (ready <= 0) continue;
    else count = read(STDIN_FILENO, &byte, 1);
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

static bool capturing, plain, offered;
/// The second character of a key sequence that begins with ^X, or 0.
static wchar_t second_half, captured_character;

/// Besides what is typed, three things arrive as key sequences of their own, because libedit has no other
/// way to call a function for them: a captured character as ^X^S, one beyond ASCII as ^X^T, a text
/// that is offered as ^X^F.
static int read_character(EditLine *editor, wchar_t *result) {
  if (second_half) {
    *result = second_half;
    second_half = 0;
    return 1;
  }
  if (offered) {
    offered = false;
    second_half = L'F' - L'@';
  } else {
    int count = read_typed(editor, result);
    if (count != 1 || plain) return count;
    if (!capturing && *result < 0x80) return 1;
    captured_character = *result;
    second_half = (capturing ? L'S' : L'T') - L'@';
  }
  *result = L'X' - L'@';
  return 1;
}

void ce_offer(EditLine *editor) {
  (void)editor;
  offered = true;
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
  ce_set_hint(editor, "");
  el_set(editor, EL_PROMPT_ESC, prompt, 1);
  el_set(editor, EL_RPROMPT_ESC, hint, 1);
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

static void keep(char **kept, const char *text) {
  char *copy = strdup(text);
  if (!copy) return;
  free(*kept);
  *kept = copy;
}

void ce_set_prompt(EditLine *editor, const char *text) {
  (void)editor;
  keep(&prompt_text, text);
}

void ce_set_hint(EditLine *editor, const char *text) {
  (void)editor;
  keep(&hint_text, text);
}

const char *ce_read(EditLine *editor, int *count, enum ce_outcome *outcome) {
  ck_request_interruption(false);
  partner = -1;
  second_half = 0;
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
  plain = true;
  int count = el_wgetc(editor, &character);
  plain = false;
  return count == 1 ? (int)character : -1;
}

bool ce_more_input(int milliseconds) {
  if (early_start < early_end) return true;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, milliseconds) > 0;
}

void ce_redraw(EditLine *editor) { el_set(editor, EL_REFRESH); }

unsigned char ce_insert(EditLine *editor, int key) {
  wchar_t text[] = {key, 0};
  if (el_winsertstr(editor, text)) return CC_ERROR;
  return ce_changed(editor);
}

unsigned char ce_changed(EditLine *editor) {
  const LineInfoW *line = el_wline(editor);
  if (line->cursor == line->lastchar) return CC_REFRESH;
  int columns, rows;
  if (!ce_terminal_size(STDOUT_FILENO, &columns, &rows)) columns = 80;
  // A line of more characters than half the columns may wrap, as characters are at most two columns
  // wide.
  int longest = prompt_columns(), length = longest;
  for (const wchar_t *c = line->buffer; c < line->lastchar; c++) {
    length = *c == L'\n' ? 0 : length + 1;
    if (length > longest) longest = length;
  }
  return longest > columns / 2 ? CC_REDISPLAY : CC_REFRESH;
}
