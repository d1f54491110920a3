#!/usr/bin/ruby
# invited.rb SECONDS: answers invitations to meetings (iTIP): each organizer is told that the agent comes, over a connection that is held open as long as one
# comes after the other. What was called off meanwhile gets no answer. The name of the server is asked for by Ruby's own resolver.
require 'resolv'
require 'socket'
require 'timeout'

Event = Struct.new(:mail, :id, :sequence, :method, :organizer, :summary, :lines)

def read(mail)
  head, body = File.read(mail).split("\n\n", 2)
  text = body.unpack1('m').force_encoding('utf-8').gsub("\r\n ", '')
  fields = text.lines(chomp: true).to_h { |line| line.split(/[:;]/, 2) }
  Event.new(mail, fields['UID'], fields['SEQUENCE'].to_i, fields['METHOD'], fields['ORGANIZER'].delete_prefix('mailto:'), fields['SUMMARY'],
            [head[/^Message-ID: (.*)$/, 1], fields['DTSTART']])
end

mailbox = "#{Dir.home}/Maildir"
events = Dir.children("#{mailbox}/new").sort.map { |name| read("#{mailbox}/new/#{name}") }
off = events.select { |event| event.method == 'CANCEL' }.map(&:id)
resolver = Resolv::DNS.new(nameserver: ['192.0.2.53'], search: [], ndots: 1)
resolver.timeouts = [2.5, 5]
address = resolver.getaddress('mail.example.com').to_s
resolver.close

server = Socket.tcp(address, 587, connect_timeout: 5)
server.write("EHLO web-1\r\n")
exit 9 unless Timeout.timeout(5) { server.gets } == "ok\n"
events.each do |event|
  name = File.basename(event.mail)
  if event.method == 'CANCEL' || off.include?(event.id)
    File.rename(event.mail, "#{mailbox}/cur/#{name}:2,S")
    next
  end
  sleep ARGV[0].to_f / 5
  about, start = event.lines
  ["MAIL FROM:<agent@example.com>", "RCPT TO:<#{event.organizer}>", 'DATA'].each { |line| server.write("#{line}\r\n") }
  server.write(<<~MAIL.gsub("\n", "\r\n"), ".\r\n")
    From: agent@example.com
    To: #{event.organizer}
    Subject: Accepted: #{event.summary}
    In-Reply-To: #{about}
    Content-Type: text/calendar; method=REPLY; charset=utf-8

    BEGIN:VCALENDAR
    VERSION:2.0
    METHOD:REPLY
    BEGIN:VEVENT
    UID:#{event.id}
    SEQUENCE:#{event.sequence}
    DTSTART:#{start}
    ATTENDEE;PARTSTAT=ACCEPTED:mailto:agent@example.com
    END:VEVENT
    END:VCALENDAR
  MAIL
  File.rename(event.mail, "#{mailbox}/cur/#{name}:2,RS")
end
server.write("QUIT\r\n")
server.close_write
exit 9 unless server.read.empty?
