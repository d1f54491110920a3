int words(const char *text);
int main(void) { return words("made up by nobody") != 4; }
