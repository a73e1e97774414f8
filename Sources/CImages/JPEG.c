// JPEG through libjpeg. A file that ends early is an error here, where libjpeg would paint it gray.
#include "include/CImages.h"

#include <CKernels.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// A progressive file may ask for any number of passes over the picture; no encoder writes so many.
enum { most_scans = 200 };

// libjpeg's error record with what the callbacks need behind it.
typedef struct Errors {
  struct jpeg_error_mgr base;
  jmp_buf landing;
  ImagesMessage *message;
  ImagesStatus status;
} Errors;

static _Noreturn void leave(j_common_ptr common, ImagesStatus status) {
  Errors *errors = (Errors *)common->err;
  char text[JMSG_LENGTH_MAX];
  errors->base.format_message(common, text);
  snprintf(errors->message->text, sizeof errors->message->text, "%s", text);
  errors->status = status;
  longjmp(errors->landing, 1);
}

static _Noreturn void fail(j_common_ptr common) {
  leave(common, common->err->msg_code == JERR_OUT_OF_MEMORY ? ImagesStatusMemory
                                                            : ImagesStatusDamaged);
}

// Negative levels are damage that libjpeg would paper over. Stray bytes between markers are
// harmless.
static void judge(j_common_ptr common, int level) {
  if (level < 0 && common->err->msg_code != JWRN_EXTRANEOUS_DATA) {
    leave(common, ImagesStatusDamaged);
  }
}

// Called for each row of blocks.
static void count_scans(j_common_ptr common) {
  if (ck_interruption_requested()) {
    Errors *errors = (Errors *)common->err;
    errors->status = ImagesStatusDamaged;
    longjmp(errors->landing, 1);
  }
  if (common->is_decompressor && ((j_decompress_ptr)common)->input_scan_number > most_scans) {
    Errors *errors = (Errors *)common->err;
    snprintf(errors->message->text, sizeof errors->message->text, "more than %d scans", most_scans);
    errors->status = ImagesStatusUnsupported;
    longjmp(errors->landing, 1);
  }
}

static void prepare(Errors *errors, ImagesMessage *message) {
  jpeg_std_error(&errors->base);
  errors->base.error_exit = fail;
  errors->base.emit_message = judge;
  errors->message = message;
  errors->status = ImagesStatusFine;
}

// Reads the header and chooses gray or RGB as the output.
static ImagesHeader begin(struct jpeg_decompress_struct *reader, Errors *errors,
                          const uint8_t *bytes, size_t count) {
  jpeg_mem_src(reader, bytes, count);
  (void)jpeg_read_header(reader, TRUE);
  if (reader->jpeg_color_space == JCS_CMYK || reader->jpeg_color_space == JCS_YCCK) {
    snprintf(errors->message->text, sizeof errors->message->text, "its colours are CMYK");
    errors->status = ImagesStatusUnsupported;
    longjmp(errors->landing, 1);
  }
  const int gray = reader->jpeg_color_space == JCS_GRAYSCALE;
  reader->out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  return (ImagesHeader){
      .width = reader->image_width, .height = reader->image_height, .channels = gray ? 1 : 3};
}

// Reads the header and, where `pixels` is not null, the samples.
static ImagesStatus read_jpeg(const uint8_t *bytes, size_t count, ImagesHeader *header,
                              uint8_t *pixels, size_t capacity, ImagesMessage *message) {
  struct jpeg_decompress_struct reader;
  struct jpeg_progress_mgr progress = {.progress_monitor = count_scans};
  Errors errors;
  memset(&reader, 0, sizeof reader);
  prepare(&errors, message);
  reader.err = &errors.base;
  if (setjmp(errors.landing) != 0) {
    jpeg_destroy_decompress(&reader);
    return errors.status;
  }
  jpeg_create_decompress(&reader);
  reader.progress = &progress;
  *header = begin(&reader, &errors, bytes, count);
  if (pixels != NULL) {
    (void)jpeg_start_decompress(&reader);
    const size_t stride = (size_t)reader.output_width * (size_t)reader.output_components;
    if (stride == 0 || capacity / stride != reader.output_height) {
      ERREXIT(&reader, JERR_BAD_BUFFER_MODE);
    }
    while (reader.output_scanline < reader.output_height) {
      JSAMPROW row = pixels + (size_t)reader.output_scanline * stride;
      (void)jpeg_read_scanlines(&reader, &row, 1);
    }
    (void)jpeg_finish_decompress(&reader);
  }
  jpeg_destroy_decompress(&reader);
  return ImagesStatusFine;
}

ImagesStatus images_jpeg_header(const uint8_t *bytes, size_t count, ImagesHeader *header,
                                ImagesMessage *message) {
  return read_jpeg(bytes, count, header, NULL, 0, message);
}

ImagesStatus images_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *pixels,
                                size_t capacity, ImagesMessage *message) {
  ImagesHeader header;
  return read_jpeg(bytes, count, &header, pixels, capacity, message);
}

ImagesStatus images_jpeg_encode(const uint8_t *pixels, ImagesHeader header, int quality,
                                ImagesBytes *encoded, ImagesMessage *message) {
  struct jpeg_compress_struct writer;
  Errors errors;
  // libjpeg keeps these two addresses and updates them when the picture is finished.
  unsigned char *start = NULL;
  unsigned long count = 0;
  *encoded = (ImagesBytes){.start = NULL, .count = 0};
  memset(&writer, 0, sizeof writer);
  prepare(&errors, message);
  writer.err = &errors.base;
  if (setjmp(errors.landing) != 0) {
    jpeg_destroy_compress(&writer);
    return errors.status;
  }
  jpeg_create_compress(&writer);
  jpeg_mem_dest(&writer, &start, &count);
  writer.image_width = header.width;
  writer.image_height = header.height;
  writer.input_components = (int)header.channels;
  writer.in_color_space = header.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&writer);
  jpeg_set_quality(&writer, quality, TRUE);
  jpeg_start_compress(&writer, TRUE);
  const size_t stride = (size_t)header.width * header.channels;
  while (writer.next_scanline < writer.image_height) {
    // libjpeg's rows are not const, though it only reads them.
    JSAMPROW row = (JSAMPROW)(pixels + (size_t)writer.next_scanline * stride);
    (void)jpeg_write_scanlines(&writer, &row, 1);
  }
  jpeg_finish_compress(&writer);
  jpeg_destroy_compress(&writer);
  *encoded = (ImagesBytes){.start = start, .count = count};
  return ImagesStatusFine;
}
