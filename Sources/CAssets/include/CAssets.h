// The files that travel inside the executable, as a table of names and bytes.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// One file. Its bytes live as long as the program, and a zero that is not counted follows them.
typedef struct CAsset {
  /// `Stdlib/methods.xai`, `Shelf/chelsea.png`; null in the row that ends a table.
  const char *_Nullable name;
  const uint8_t *_Nullable bytes;
  size_t count;
} CAsset;

/// The file in row `index`, counted over all tables; null beyond the last.
const CAsset *_Nullable assets_at(size_t index);
