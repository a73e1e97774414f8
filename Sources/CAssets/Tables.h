// What the generated tables have in common.
#pragma once
#include "include/CAssets.h"

// The Swift toolchain's clang knows #embed in every language mode, and calls it an extension.
#pragma clang diagnostic ignored "-Wc23-extensions"

extern const CAsset assets_library[];
extern const CAsset assets_shelf[];
extern const CAsset assets_reference[];
