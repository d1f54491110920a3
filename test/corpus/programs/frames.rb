#!/usr/bin/ruby
# frames.rb DOCUMENT HOST:PORT SECONDS: translates a document by WebSocket (RFC 6455), a paragraph in a frame or in fragments of it; the service asks now and
# then whether somebody is there. When it goes away, the next call goes on with the paragraph that has no answer. The translation is a new file.
require 'digest'
require 'securerandom'
require 'socket'

document, address, seconds = ARGV[0], ARGV[1], ARGV[2].to_f
paragraphs = File.read(document, encoding: 'utf-8').lines(chomp: true).reject(&:empty?)

class Going < StandardError; end

class Frames
  def initialize(address)
    host, port = address.split(':')
    @link = Socket.tcp(host, port.to_i, connect_timeout: 5)
    key = SecureRandom.base64(16)
    @link.write("GET /translate HTTP/1.1\r\nHost: #{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: #{key}\r\n\r\n")
    head = @link.gets("\r\n\r\n") or exit 9
    exit 9 unless head.include?(Digest::SHA1.base64digest("#{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
  end

  def say(kind, text, last: true)
    mask = SecureRandom.bytes(4)
    size = text.bytesize < 126 ? [128 | text.bytesize].pack('C') : [254, text.bytesize].pack('Cn')
    @link.write([(last ? 128 : 0) | kind].pack('C'), size, mask, text.bytes.each_with_index.map { |each, at| each ^ mask.getbyte(at % 4) }.pack('C*'))
  end

  def heard
    loop do
      first, size = @link.read(2)&.unpack('CC') || exit(9)
      size = @link.read(2).unpack1('n') if size == 126
      text = @link.read(size).to_s
      case first & 15
      when 1 then return text
      when 8 then raise Going
      when 9 then say(10, text)
      end
    end
  end

  def gone
    say(8, [1000].pack('n'))
    @link.close
  end
end

done = []
begin
  frames = Frames.new(address)
  while done.size < paragraphs.size
    text = paragraphs[done.size]
    first, rest = text.byteslice(0, 20), text.byteslice(20..)
    frames.say(1, first, last: rest.to_s.empty?)
    frames.say(0, rest) unless rest.to_s.empty?
    done << frames.heard
  end
  begin
    frames.say(8, [1000].pack('n'))
    frames.heard
  rescue Going
    # both have said so
  end
rescue Going
  frames.gone
  sleep seconds
  retry
end
File.open("#{document}.pl", File::WRONLY | File::CREAT | File::EXCL, 0o644) { |left| done.each { |line| left.puts(line) } }
