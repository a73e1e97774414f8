// One sequence of rows over the generated tables.
#include "Tables.h"

const CAsset *assets_at(size_t index) {
  for (const CAsset *row = assets_library; row->name != NULL; row++) {
    if (index-- == 0) return row;
  }
  for (const CAsset *row = assets_shelf; row->name != NULL; row++) {
    if (index-- == 0) return row;
  }
  for (const CAsset *row = assets_reference; row->name != NULL; row++) {
    if (index-- == 0) return row;
  }
  return NULL;
}
