// Made by Scripts/embed: do not edit.
#include "Tables.h"

static const uint8_t file_0[] = {
#embed "../../Sources/Assets/Reference/1-script.md" suffix(, )
    0};
static const uint8_t file_1[] = {
#embed "../../Sources/Assets/Reference/2-values.md" suffix(, )
    0};
static const uint8_t file_2[] = {
#embed "../../Sources/Assets/Reference/3-expressions.md" suffix(, )
    0};
static const uint8_t file_3[] = {
#embed "../../Sources/Assets/Reference/4-patterns.md" suffix(, )
    0};
static const uint8_t file_4[] = {
#embed "../../Sources/Assets/Reference/5-statements.md" suffix(, )
    0};
static const uint8_t file_5[] = {
#embed "../../Sources/Assets/Reference/6-modules.md" suffix(, )
    0};
static const uint8_t file_6[] = {
#embed "../../Sources/Assets/Reference/7-networks.md" suffix(, )
    0};
static const uint8_t file_7[] = {
#embed "../../Sources/Assets/Reference/8-testing.md" suffix(, )
    0};
static const uint8_t file_8[] = {
#embed "../../Sources/Syntax/Grammar.ebnf" suffix(, )
    0};
const CAsset assets_reference[] = {
    {"Reference/1-script.md", file_0, sizeof file_0 - 1},
    {"Reference/2-values.md", file_1, sizeof file_1 - 1},
    {"Reference/3-expressions.md", file_2, sizeof file_2 - 1},
    {"Reference/4-patterns.md", file_3, sizeof file_3 - 1},
    {"Reference/5-statements.md", file_4, sizeof file_4 - 1},
    {"Reference/6-modules.md", file_5, sizeof file_5 - 1},
    {"Reference/7-networks.md", file_6, sizeof file_6 - 1},
    {"Reference/8-testing.md", file_7, sizeof file_7 - 1},
    {"Reference/Grammar.ebnf", file_8, sizeof file_8 - 1},
    {0, 0, 0},
};
