#!/usr/bin/ruby --disable=gems
# liaison.rb HOST COMMAND: what the real git starts for a remote over ssh (GIT_SSH, GIT_SSH_VARIANT=simple), in Ruby: it looks for the host among those that
# are known, asks for its name and again where no answer comes, reads the key only when the server has said who it is, and hands on what git says as it comes.
# What git hears is said here: a repository without a branch, which takes anything (gitprotocol-pack). LIAISON_FULL names a file: if it is not there, it is
# made, and the server has too many callers to take one more; LIAISON_SLOW are the seconds that a login takes.
require 'socket'

home = "#{Dir.home}/.ssh"
known = File.exist?("#{home}/known_hosts") ? File.readlines("#{home}/known_hosts") : []
hosts = known.map { |line| line.split.first }
File.foreach("#{home}/config") { |line| hosts << line.split.last if line =~ /^\s*Host/i } if File.exist?("#{home}/config")

def address(name)
  link = UDPSocket.new
  link.connect('192.0.2.53', 53)
  labels = name.split('.').map { |label| [label.bytesize, label].pack('Ca*') }.join
  2.times do |number|
    [1, 28].each { |kind| link.send([70 + number, 256, 1, 0, 0, 0].pack('n6') + labels + [0, kind, 1].pack('Cn2'), 0) }
    found = nil
    2.times do
      answer = link.wait_readable(3) ? link.recv(512) : ''
      found = answer.bytes.last(4).join('.') if answer.bytesize > 12 && answer.getbyte(7) == 1
    end
    return found if found
    sleep 2.5
  end
  exit 4
ensure
  link&.close
end

peer = Socket.tcp(address('git.example.com'), 22, connect_timeout: 5)
peer.setsockopt(:SOCKET, :KEEPALIVE, true)
peer.write("SSH-2.0-liaison\r\n")
exit 9 unless peer.wait_readable(5)
peer.readpartial(64)
full = ENV['LIAISON_FULL']
if full && !File.exist?(full)
  File.write(full, '')
  peer.close
  exit 255
end
key = File.binread("#{home}/id_ed25519")
sleep ENV.fetch('LIAISON_SLOW', '0').to_f
peer.write("signed by #{key.sum(24)}, of #{hosts.size}, for #{ARGV.drop(1).join(' ')}\n")
line = "#{'0' * 40} capabilities^{}\0 delete-refs ofs-delta agent=liaison\n"
$stdout.syswrite(format('%04x', line.bytesize + 4) + line + '0000')
begin
  loop { peer.write($stdin.readpartial(16_384)) }
rescue EOFError
  peer.close_write
end
exit 9 if IO.select([peer], nil, nil, 15).nil? || !peer.read.empty?
