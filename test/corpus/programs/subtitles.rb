#!/usr/bin/ruby
# subtitles.rb FILM SECONDS: has shortened what is said in a film: one thread reads its subtitles, another sends the words without their times, as a queue
# hands them on. A first call is given up where the service has not greeted in time; it says nothing until it is spoken to.
require 'socket'
require 'timeout'

film, seconds = ARGV[0], ARGV[1].to_f
service = Addrinfo.tcp('198.51.100.10', 443)
begin
  first = service.connect(timeout: 3)
  Timeout.timeout(0.2 + seconds / 5) { first.readpartial(64) }
rescue Timeout::Error
  first.close
end

words = SizedQueue.new(4)
reader = Thread.new do
  File.open(film, 'r:utf-8') do |file|
    file.each_line("\n\n", chomp: true) do |cue|
      said = cue.lines.drop(2).join(' ').gsub(/<[^>]*>/, '').split.join(' ')
      words << said unless said.empty?
    end
  end
  words.close
end
peer = service.connect(timeout: 3)
sender = Thread.new do
  while (said = words.pop)
    peer.write(said, "\n")
    sleep seconds / 20
  end
  peer.close_write
end
answer = +''
while IO.select([peer], nil, nil, 20)
  part = peer.read_nonblock(256, exception: false)
  break if part.nil?
  answer << part unless part == :wait_readable
end
[reader, sender].each(&:join)
exit 9 if answer.empty?
puts "#{film}: #{answer}"
