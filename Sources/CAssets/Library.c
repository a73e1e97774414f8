// Made by Scripts/embed: do not edit.
#include "Tables.h"

const CAsset assets_library[] = {
    {0, 0, 0},
};
