#include "hello.h"
int main(void) { return GREETING[0] != 'h'; }
