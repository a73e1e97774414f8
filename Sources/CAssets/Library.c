// Made by Scripts/embed: do not edit.
#include "Tables.h"

static const uint8_t file_0[] = {
#embed "../../Stdlib/axes.xai" suffix(, )
    0};
static const uint8_t file_1[] = {
#embed "../../Stdlib/batching.xai" suffix(, )
    0};
static const uint8_t file_2[] = {
#embed "../../Stdlib/blocks.xai" suffix(, )
    0};
static const uint8_t file_3[] = {
#embed "../../Stdlib/bounds.xai" suffix(, )
    0};
static const uint8_t file_4[] = {
#embed "../../Stdlib/datasets.xai" suffix(, )
    0};
static const uint8_t file_5[] = {
#embed "../../Stdlib/decomposition.xai" suffix(, )
    0};
static const uint8_t file_6[] = {
#embed "../../Stdlib/derivatives.xai" suffix(, )
    0};
static const uint8_t file_7[] = {
#embed "../../Stdlib/distributions.xai" suffix(, )
    0};
static const uint8_t file_8[] = {
#embed "../../Stdlib/files.xai" suffix(, )
    0};
static const uint8_t file_9[] = {
#embed "../../Stdlib/hypotheses.xai" suffix(, )
    0};
static const uint8_t file_10[] = {
#embed "../../Stdlib/initial.xai" suffix(, )
    0};
static const uint8_t file_11[] = {
#embed "../../Stdlib/json.xai" suffix(, )
    0};
static const uint8_t file_12[] = {
#embed "../../Stdlib/layers.xai" suffix(, )
    0};
static const uint8_t file_13[] = {
#embed "../../Stdlib/linalg.xai" suffix(, )
    0};
static const uint8_t file_14[] = {
#embed "../../Stdlib/lists.xai" suffix(, )
    0};
static const uint8_t file_15[] = {
#embed "../../Stdlib/losses.xai" suffix(, )
    0};
static const uint8_t file_16[] = {
#embed "../../Stdlib/maths.xai" suffix(, )
    0};
static const uint8_t file_17[] = {
#embed "../../Stdlib/methods.xai" suffix(, )
    0};
static const uint8_t file_18[] = {
#embed "../../Stdlib/metrics.xai" suffix(, )
    0};
static const uint8_t file_19[] = {
#embed "../../Stdlib/models.xai" suffix(, )
    0};
static const uint8_t file_20[] = {
#embed "../../Stdlib/optimisers.xai" suffix(, )
    0};
static const uint8_t file_21[] = {
#embed "../../Stdlib/random.xai" suffix(, )
    0};
static const uint8_t file_22[] = {
#embed "../../Stdlib/records.xai" suffix(, )
    0};
static const uint8_t file_23[] = {
#embed "../../Stdlib/samples.xai" suffix(, )
    0};
static const uint8_t file_24[] = {
#embed "../../Stdlib/sets.xai" suffix(, )
    0};
static const uint8_t file_25[] = {
#embed "../../Stdlib/spectra.xai" suffix(, )
    0};
static const uint8_t file_26[] = {
#embed "../../Stdlib/statistics.xai" suffix(, )
    0};
static const uint8_t file_27[] = {
#embed "../../Stdlib/tables.xai" suffix(, )
    0};
static const uint8_t file_28[] = {
#embed "../../Stdlib/text.xai" suffix(, )
    0};
static const uint8_t file_29[] = {
#embed "../../Stdlib/time.xai" suffix(, )
    0};
static const uint8_t file_30[] = {
#embed "../../Stdlib/training.xai" suffix(, )
    0};
const CAsset assets_library[] = {
    {"Stdlib/axes.xai", file_0, sizeof file_0 - 1},
    {"Stdlib/batching.xai", file_1, sizeof file_1 - 1},
    {"Stdlib/blocks.xai", file_2, sizeof file_2 - 1},
    {"Stdlib/bounds.xai", file_3, sizeof file_3 - 1},
    {"Stdlib/datasets.xai", file_4, sizeof file_4 - 1},
    {"Stdlib/decomposition.xai", file_5, sizeof file_5 - 1},
    {"Stdlib/derivatives.xai", file_6, sizeof file_6 - 1},
    {"Stdlib/distributions.xai", file_7, sizeof file_7 - 1},
    {"Stdlib/files.xai", file_8, sizeof file_8 - 1},
    {"Stdlib/hypotheses.xai", file_9, sizeof file_9 - 1},
    {"Stdlib/initial.xai", file_10, sizeof file_10 - 1},
    {"Stdlib/json.xai", file_11, sizeof file_11 - 1},
    {"Stdlib/layers.xai", file_12, sizeof file_12 - 1},
    {"Stdlib/linalg.xai", file_13, sizeof file_13 - 1},
    {"Stdlib/lists.xai", file_14, sizeof file_14 - 1},
    {"Stdlib/losses.xai", file_15, sizeof file_15 - 1},
    {"Stdlib/maths.xai", file_16, sizeof file_16 - 1},
    {"Stdlib/methods.xai", file_17, sizeof file_17 - 1},
    {"Stdlib/metrics.xai", file_18, sizeof file_18 - 1},
    {"Stdlib/models.xai", file_19, sizeof file_19 - 1},
    {"Stdlib/optimisers.xai", file_20, sizeof file_20 - 1},
    {"Stdlib/random.xai", file_21, sizeof file_21 - 1},
    {"Stdlib/records.xai", file_22, sizeof file_22 - 1},
    {"Stdlib/samples.xai", file_23, sizeof file_23 - 1},
    {"Stdlib/sets.xai", file_24, sizeof file_24 - 1},
    {"Stdlib/spectra.xai", file_25, sizeof file_25 - 1},
    {"Stdlib/statistics.xai", file_26, sizeof file_26 - 1},
    {"Stdlib/tables.xai", file_27, sizeof file_27 - 1},
    {"Stdlib/text.xai", file_28, sizeof file_28 - 1},
    {"Stdlib/time.xai", file_29, sizeof file_29 - 1},
    {"Stdlib/training.xai", file_30, sizeof file_30 - 1},
    {0, 0, 0},
};
