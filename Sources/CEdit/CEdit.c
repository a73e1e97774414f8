#include "include/CEdit.h"
