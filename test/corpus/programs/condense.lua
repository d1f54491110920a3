#!/usr/bin/lua5.4
-- condense.lua DOCUMENT SECONDS: has a document shortened. The C library cannot find the service, as nobody answers for names on this host, so the resolver
-- is asked directly, and again under the next number where its answer does not fit. The agent logs in by its token; the document goes in blocks, as long as
-- the service takes them, and its first words first.
local socket = require 'socket'
local document, seconds = arg[1], tonumber(arg[2])

local function found(name)
  local address = socket.dns.toip(name)
  if address then return address end
  local labels = name:gsub('([^.]+)%.?', function(label) return string.pack('s1', label) end) .. '\0'
  local link = assert(socket.udp())
  assert(link:setpeername('192.0.2.53', 53))
  link:settimeout(2)
  for number = 1, 3 do
    for _, kind in ipairs { 1, 28 } do
      assert(link:send(string.pack('>I2I2I2I2I2I2', number * 100 + kind, 0x100, 1, 0, 0, 0) .. labels .. string.pack('>I2I2', kind, 1)))
      local answer = link:receive()
      if answer and kind == 1 and #answer > 12 and string.unpack('>I2', answer) == number * 100 + 1 and answer:byte(8) > 0 then
        link:close()
        return table.concat({ answer:byte(-4, -1) }, '.')
      end
    end
    socket.sleep(0.7)
  end
  os.exit(4)
end

local address = found 'api.example.com'
local file = assert(io.open(document, 'rb'))
file:setvbuf('full', 512)
local service = assert(socket.tcp())
service:settimeout(5)
service:setoption('tcp-nodelay', true)
if not service:connect(address, 443) then os.exit(4) end
local token = assert(io.open(os.getenv 'HOME' .. '/.config/notes-agent/token')):read('l')
assert(service:send('POST /shorten HTTP/1.0\r\nAuthorization: Bearer ' .. token .. '\r\n\r\n'))
local said = service:receive('*l')
if said ~= 'ok' then os.exit(9) end
repeat
  local block = file:read(512)
  if block then
    local _, ready = socket.select(nil, { service }, 3)
    if #ready == 0 then os.exit(9) end
    assert(service:send(block:gsub('%s+', ' ')))
    socket.sleep(seconds / 10)
  end
until not block
file:close()
service:shutdown('send')
local rest, why = service:receive('*a')
if not rest and why ~= 'closed' then os.exit(9) end
service:close()
