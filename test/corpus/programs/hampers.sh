#!/usr/bin/pike8.0
// hampers.sh COUNT FOLDER SECONDS (in Pike): fetches packages from the registry, one after the other, each under another name first. The name of the registry is asked for once; one that does not come in time is
// asked for again.

string address()
{
  Stdio.UDP link = Stdio.UDP();
  link->bind(0);
  string name = map("registry.example.com" / ".", lambda(string each) { return sprintf("%1H", each); }) * "";
  link->send("192.0.2.53", 53, sprintf("%2c%2c%2c%2c%2c%2c%s\0%2c%2c", 811, 0x100, 1, 0, 0, 0, name, 1, 1));
  if (!link->wait(5.0)) exit(68);
  string answer = link->read()->data;
  return (array(string))(array(int))answer[<3..] * ".";
}

int main(int count, array(string) words)
{
  string host = address();
  mkdir(words[2]);
  for (int at = 1; at <= (int)words[1]; at++) {
    string|int got = 0;
    for (int turn = 0; turn < 3 && !stringp(got); turn++) {
      Stdio.File link = Stdio.File();
      if (!link->connect(host, 443)) exit(69);
      link->write("GET /hampers/hamper-%d HTTP/1.0\r\nHost: registry.example.com\r\n\r\n", at);
      sleep((float)words[3] / 4);
      if (link->peek(3.0)) got = link->read(4096, 1);
      link->close();
    }
    if (!stringp(got)) exit(75);
    string path = combine_path(words[2], "hamper-" + at);
    Stdio.write_file(path + ".part", got);
    mv(path + ".part", path);
  }
  return 0;
}
