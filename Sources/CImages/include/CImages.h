// PNG and JPEG in memory. libpng and libjpeg report errors by a long jump; here every jump lands in
// the function that was called, and the caller gets a status and a message.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum ImagesStatus {
  ImagesStatusFine = 0,
  /// The data break the format's rules or end too early.
  ImagesStatusDamaged = 1,
  /// The format allows it, this reader does not (CMYK, too many scans).
  ImagesStatusUnsupported = 2,
  /// There was no memory for it.
  ImagesStatusMemory = 3,
} ImagesStatus;

/// What a header says; `channels` is what the pixels will have: 1 gray, 3 RGB or 4 RGBA.
typedef struct ImagesHeader {
  uint32_t width;
  uint32_t height;
  uint32_t channels;
} ImagesHeader;

/// A terminated text that says what is wrong; empty when nothing is.
typedef struct ImagesMessage {
  char text[256];
} ImagesMessage;

/// Encoded bytes, to be released by `images_release`.
typedef struct ImagesBytes {
  uint8_t *_Nullable start;
  size_t count;
} ImagesBytes;

ImagesStatus images_png_header(const uint8_t *_Nonnull bytes, size_t count,
                               ImagesHeader *_Nonnull header, ImagesMessage *_Nonnull message);

/// Writes height × width × channels samples, rows from the top. `capacity` must be that number,
/// which the function checks against the header again.
ImagesStatus images_png_decode(const uint8_t *_Nonnull bytes, size_t count, uint8_t *_Nonnull pixels,
                               size_t capacity, ImagesMessage *_Nonnull message);

ImagesStatus images_png_encode(const uint8_t *_Nonnull pixels, ImagesHeader header,
                               ImagesBytes *_Nonnull encoded, ImagesMessage *_Nonnull message);

ImagesStatus images_jpeg_header(const uint8_t *_Nonnull bytes, size_t count,
                                ImagesHeader *_Nonnull header, ImagesMessage *_Nonnull message);

/// As `images_png_decode`.
ImagesStatus images_jpeg_decode(const uint8_t *_Nonnull bytes, size_t count,
                                uint8_t *_Nonnull pixels, size_t capacity,
                                ImagesMessage *_Nonnull message);

/// `quality` 1…100; one or three channels.
ImagesStatus images_jpeg_encode(const uint8_t *_Nonnull pixels, ImagesHeader header, int quality,
                                ImagesBytes *_Nonnull encoded, ImagesMessage *_Nonnull message);

void images_release(ImagesBytes bytes);
