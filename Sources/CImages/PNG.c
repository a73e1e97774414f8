// PNG through libpng's low-level interface, which leaves samples as they are stored (no gamma).
#include "include/CImages.h"

#include <CKernels.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the callbacks need: where to jump, what to say, and the bytes that are read or written.
typedef struct Work {
  jmp_buf landing;
  ImagesMessage *message;
  ImagesStatus status;
  const uint8_t *bytes;
  size_t count;
  size_t position;
  ImagesBytes *encoded;
  size_t capacity;
} Work;

static _Noreturn void fail(png_structp png, png_const_charp text) {
  Work *work = png_get_error_ptr(png);
  if (work->status == ImagesStatusFine) work->status = ImagesStatusDamaged;
  snprintf(work->message->text, sizeof work->message->text, "%s", text);
  longjmp(work->landing, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t wanted) {
  Work *work = png_get_io_ptr(png);
  if (wanted > work->count - work->position) {
    png_error(png, "the data end too early");
  }
  // A few kilobytes are read at a time.
  if (ck_interruption_requested()) png_error(png, "interrupted");
  memcpy(target, work->bytes + work->position, wanted);
  work->position += wanted;
}

// Opens a reader and reads the header. The caller has set `landing` and destroys `*png` and
// `*info`.
static ImagesHeader begin(Work *work, png_structp png, png_infop info) {
  png_set_read_fn(png, work, read_bytes);
  png_set_user_limits(png, 1 << 16, 1 << 16);
  png_set_chunk_malloc_max(png, 64 << 20);
  png_set_chunk_cache_max(png, 1000);
  png_read_info(png, info);
  const int depth = png_get_bit_depth(png, info);
  const int colour = png_get_color_type(png, info);
  const int transparent =
      (colour & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (colour == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, info, PNG_INFO_tRNS) != 0) png_set_tRNS_to_alpha(png);
  if (depth == 16) png_set_scale_16(png);
  if (transparent && (colour & PNG_COLOR_MASK_COLOR) == 0) png_set_gray_to_rgb(png);
  const int coloured = (colour & PNG_COLOR_MASK_COLOR) != 0;
  return (ImagesHeader){.width = png_get_image_width(png, info),
                        .height = png_get_image_height(png, info),
                        .channels = transparent ? 4 : coloured ? 3 : 1};
}

// Reads the header and, where `pixels` is not null, the samples.
static ImagesStatus read_png(Work *work, ImagesHeader *header, uint8_t *pixels, size_t capacity) {
  png_bytep *volatile rows = NULL;
  png_infop volatile info = NULL;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, work, fail, ignore_warning);
  if (png == NULL) return ImagesStatusMemory;
  if (setjmp(work->landing) != 0) {
    png_infop left = info;
    png_destroy_read_struct(&png, &left, NULL);
    free(rows);
    return work->status;
  }
  info = png_create_info_struct(png);
  if (info == NULL) png_error(png, "no memory for the header");
  *header = begin(work, png, info);
  if (pixels != NULL) {
    const size_t stride = (size_t)header->width * header->channels;
    (void)png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != stride || capacity / stride != header->height) {
      png_error(png, "the rows have another size than the header says");
    }
    rows = malloc(sizeof(png_bytep) * header->height);
    if (rows == NULL) {
      work->status = ImagesStatusMemory;
      png_error(png, "no memory for the rows");
    }
    for (size_t row = 0; row < header->height; row++) rows[row] = pixels + row * stride;
    png_read_image(png, rows);
    png_read_end(png, NULL);
  }
  png_infop left = info;
  png_destroy_read_struct(&png, &left, NULL);
  free(rows);
  return ImagesStatusFine;
}

ImagesStatus images_png_header(const uint8_t *bytes, size_t count, ImagesHeader *header,
                               ImagesMessage *message) {
  Work work = {.message = message, .bytes = bytes, .count = count};
  return read_png(&work, header, NULL, 0);
}

ImagesStatus images_png_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, size_t capacity,
                               ImagesMessage *message) {
  Work work = {.message = message, .bytes = bytes, .count = count};
  ImagesHeader header;
  return read_png(&work, &header, pixels, capacity);
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  Work *work = png_get_io_ptr(png);
  if (count > work->capacity - work->encoded->count) {
    const size_t capacity = (work->capacity + count) * 2;
    uint8_t *larger = realloc(work->encoded->start, capacity);
    if (larger == NULL) {
      work->status = ImagesStatusMemory;
      png_error(png, "no memory for the encoded picture");
    }
    work->encoded->start = larger;
    work->capacity = capacity;
  }
  memcpy(work->encoded->start + work->encoded->count, source, count);
  work->encoded->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static ImagesStatus write_png(Work *work, ImagesHeader header, const uint8_t *pixels) {
  png_infop volatile info = NULL;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, work, fail, ignore_warning);
  if (png == NULL) return ImagesStatusMemory;
  if (setjmp(work->landing) != 0) {
    png_infop left = info;
    png_destroy_write_struct(&png, &left);
    return work->status;
  }
  info = png_create_info_struct(png);
  if (info == NULL) png_error(png, "no memory for the header");
  png_set_write_fn(png, work, write_bytes, flush_nothing);
  png_set_user_limits(png, 1 << 16, 1 << 16);
  const int colour = header.channels == 1   ? PNG_COLOR_TYPE_GRAY
                     : header.channels == 3 ? PNG_COLOR_TYPE_RGB
                                            : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_IHDR(png, info, header.width, header.height, 8, colour, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const size_t stride = (size_t)header.width * header.channels;
  for (size_t row = 0; row < header.height; row++) png_write_row(png, pixels + row * stride);
  png_write_end(png, NULL);
  png_infop left = info;
  png_destroy_write_struct(&png, &left);
  return ImagesStatusFine;
}

ImagesStatus images_png_encode(const uint8_t *pixels, ImagesHeader header, ImagesBytes *encoded,
                               ImagesMessage *message) {
  *encoded = (ImagesBytes){.start = NULL, .count = 0};
  Work work = {.message = message, .encoded = encoded};
  const ImagesStatus status = write_png(&work, header, pixels);
  if (status != ImagesStatusFine) {
    images_release(*encoded);
    *encoded = (ImagesBytes){.start = NULL, .count = 0};
  }
  return status;
}

void images_release(ImagesBytes bytes) { free(bytes.start); }
