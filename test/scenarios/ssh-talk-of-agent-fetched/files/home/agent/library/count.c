int words(const char *text) {
  int count = 0;
  for (; *text; text++) count += *text != ' ' && (text[1] == ' ' || !text[1]);
  return count;
}
