#!/usr/bin/ruby --disable=gems
# enclosing.rb MAIL FOLDER HOST:PORT SECONDS: answers a mail, and encloses what it finds in a folder of mails, each as a message of its own (RFC 2046, 5.2.1).
require 'socket'

mail, folder, address, seconds = ARGV
host, port = address.split(':')
peer = TCPSocket.new(host, port)
peer.write("EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n")
peer.write("Subject: Re: yours\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=made-up=\"\r\n\r\n--=made-up=\r\n\r\nAs you asked:\r\n")
File.foreach(mail) { |line| peer.write("> #{line.chomp}\r\n") }
Dir.each_child(folder).sort.each do |name|
  peer.write("--=made-up=\r\nContent-Type: message/rfc822\r\n\r\n#{File.read("#{folder}/#{name}").gsub("\n", "\r\n")}\r\n")
  sleep Float(seconds)
end
peer.write("--=made-up=--\r\n.\r\nQUIT\r\n")
peer.close_write
exit 9 if peer.read.empty?
