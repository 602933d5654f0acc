#include "CCodecs.h"
int CCodecs_placeholder(void) { return 0; }
