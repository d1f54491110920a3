#!/usr/bin/ruby --disable=gems
# gems.rb COUNT FOLDER SECONDS: fetches so many packages from the registry into a folder, by two threads that take names from a queue. Each is a new file
# under a name of its own until it is whole; a thread that waits for longer than so long gives its call up and makes another.
require 'digest/sha2'
require 'socket'

count, folder, patience = ARGV[0].to_i, ARGV[1], ARGV[2].to_f
Dir.mkdir(folder) unless Dir.exist?(folder)
wanted = Queue.new
count.times { |at| wanted << "bead-#{at}" }
wanted.close
sums = Queue.new
threads = Array.new(2) do
  Thread.new do
    while (name = wanted.pop)
      text = nil
      6.times do |turn|
        registry = Socket.tcp('198.51.100.20', 443, connect_timeout: 3)
        registry.write("GET /gems/#{name}-1.0.gem HTTP/1.0\r\nUser-Agent: gems\r\n\r\n")
        text = registry.wait_readable(patience + turn) ? registry.readpartial(4096) : nil
        registry.close
        break if text
      end
      exit 9 unless text
      File.open("#{folder}/.#{name}.part", File::WRONLY | File::CREAT | File::EXCL) { |file| file.write(text) }
      File.rename("#{folder}/.#{name}.part", "#{folder}/#{name}-1.0.gem")
      sums << "#{Digest::SHA256.file("#{folder}/#{name}-1.0.gem").hexdigest}  #{name}-1.0.gem"
    end
  end
end
threads.each(&:join)
File.write("#{folder}/SHA256SUMS", Array.new(count) { sums.pop }.sort.join("\n") + "\n")
