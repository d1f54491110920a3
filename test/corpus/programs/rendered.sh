#!/usr/bin/pike8.0
// rendered.sh DOCUMENT HOST PORT SECONDS (in Pike): has a document translated, a few lines in each request over HTTP; who is told to come later does, and an answer in chunks that breaks off is asked for
// once more. The translation is a new file beside the document.

string translated(string host, int port, string text)
{
  for (int turn = 0; turn < 5; turn++) {
    Stdio.FILE link = Stdio.FILE();
    if (!link->connect(host, port)) { sleep(0.3); continue; }
    link->write("POST /en/nl HTTP/1.1\r\nHost: translations.example.com\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", sizeof(text), text);
    string status = link->gets() || "";
    int|float later = 0.1;
    while (string line = link->gets()) {
      line = String.trim_all_whites(line);
      if (line == "") break;
      sscanf(line, "Retry-After: %d", later);
    }
    if (!has_value(status, " 200 ")) { link->close(); sleep(later); continue; }
    string said = "";
    int whole = 0;
    while (string line = link->gets()) {
      int size;
      sscanf(line, "%x", size);
      if (!size) { whole = 1; break; }
      string chunk = link->read(size + 2);
      if (sizeof(chunk) < size + 2) break;
      said += chunk[..size - 1];
    }
    link->close();
    if (whole) return said;
  }
  exit(69, "no translation\n");
}

int main(int count, array(string) words)
{
  string text = Stdio.read_file(words[1]);
  if (!text) return 66;
  array(array(string)) parts = text / "\n" / 4.0;
  array(string) said = ({});
  foreach (parts, array(string) part) {
    said += ({ translated(words[2], (int)words[3], part * "\n") });
    sleep((float)words[4] / 4);
  }
  Stdio.File out = Stdio.File();
  if (!out->open(replace(words[1], ".txt", ".nl.txt"), "wcx")) return 73;
  out->write(said * "\n");
  out->close();
  return 0;
}
