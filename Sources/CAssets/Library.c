// Made by Scripts/embed: do not edit.
#include "Tables.h"

static const uint8_t file_0[] = {
#embed "../../Stdlib/blocks.xai" suffix(, )
    0};
static const uint8_t file_1[] = {
#embed "../../Stdlib/datasets.xai" suffix(, )
    0};
static const uint8_t file_2[] = {
#embed "../../Stdlib/derivatives.xai" suffix(, )
    0};
static const uint8_t file_3[] = {
#embed "../../Stdlib/initial.xai" suffix(, )
    0};
static const uint8_t file_4[] = {
#embed "../../Stdlib/layers.xai" suffix(, )
    0};
static const uint8_t file_5[] = {
#embed "../../Stdlib/losses.xai" suffix(, )
    0};
static const uint8_t file_6[] = {
#embed "../../Stdlib/methods.xai" suffix(, )
    0};
static const uint8_t file_7[] = {
#embed "../../Stdlib/metrics.xai" suffix(, )
    0};
static const uint8_t file_8[] = {
#embed "../../Stdlib/models.xai" suffix(, )
    0};
static const uint8_t file_9[] = {
#embed "../../Stdlib/training.xai" suffix(, )
    0};
const CAsset assets_library[] = {
    {"Stdlib/blocks.xai", file_0, sizeof file_0 - 1},
    {"Stdlib/datasets.xai", file_1, sizeof file_1 - 1},
    {"Stdlib/derivatives.xai", file_2, sizeof file_2 - 1},
    {"Stdlib/initial.xai", file_3, sizeof file_3 - 1},
    {"Stdlib/layers.xai", file_4, sizeof file_4 - 1},
    {"Stdlib/losses.xai", file_5, sizeof file_5 - 1},
    {"Stdlib/methods.xai", file_6, sizeof file_6 - 1},
    {"Stdlib/metrics.xai", file_7, sizeof file_7 - 1},
    {"Stdlib/models.xai", file_8, sizeof file_8 - 1},
    {"Stdlib/training.xai", file_9, sizeof file_9 - 1},
    {0, 0, 0},
};
