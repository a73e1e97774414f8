// Made by Scripts/embed: do not edit.
#include "Tables.h"

static const uint8_t file_0[] = {
#embed "../../Sources/Assets/Shelf/chelsea.png" suffix(, )
    0};
static const uint8_t file_1[] = {
#embed "../../Sources/Assets/Shelf/china.jpg" suffix(, )
    0};
static const uint8_t file_2[] = {
#embed "../../Sources/Assets/Shelf/coffee.jpg" suffix(, )
    0};
static const uint8_t file_3[] = {
#embed "../../Sources/Assets/Shelf/efficientnet-lite0.onnx" suffix(, )
    0};
static const uint8_t file_4[] = {
#embed "../../Sources/Assets/Shelf/flower.jpg" suffix(, )
    0};
static const uint8_t file_5[] = {
#embed "../../Sources/Assets/Shelf/imagenet.labels" suffix(, )
    0};
static const uint8_t file_6[] = {
#embed "../../Sources/Assets/Shelf/mnist-5000.labels" suffix(, )
    0};
static const uint8_t file_7[] = {
#embed "../../Sources/Assets/Shelf/mnist-5000.png" suffix(, )
    0};
static const uint8_t file_8[] = {
#embed "../../Sources/Assets/Shelf/mnist-cnn.safetensors" suffix(, )
    0};
static const uint8_t file_9[] = {
#embed "../../Sources/Assets/Shelf/rocket.jpg" suffix(, )
    0};
const CAsset assets_shelf[] = {
    {"Shelf/chelsea.png", file_0, sizeof file_0 - 1},
    {"Shelf/china.jpg", file_1, sizeof file_1 - 1},
    {"Shelf/coffee.jpg", file_2, sizeof file_2 - 1},
    {"Shelf/efficientnet-lite0.onnx", file_3, sizeof file_3 - 1},
    {"Shelf/flower.jpg", file_4, sizeof file_4 - 1},
    {"Shelf/imagenet.labels", file_5, sizeof file_5 - 1},
    {"Shelf/mnist-5000.labels", file_6, sizeof file_6 - 1},
    {"Shelf/mnist-5000.png", file_7, sizeof file_7 - 1},
    {"Shelf/mnist-cnn.safetensors", file_8, sizeof file_8 - 1},
    {"Shelf/rocket.jpg", file_9, sizeof file_9 - 1},
    {0, 0, 0},
};
