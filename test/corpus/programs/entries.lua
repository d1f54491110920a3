#!/usr/bin/lua5.4
-- entries.lua CATALOGUE HOST:PORT SECONDS: translates the texts of a program that nobody has translated yet, one after the other over one connection. Where
-- no answer comes within so long, it is closed, and the same text asked for over another. What has been made is proved by msgfmt, and is a new file then.
local socket = require 'socket'
local catalogue, address, seconds = arg[1], arg[2], tonumber(arg[3])
local host, port = address:match '^(.*):(%d+)$'
local link

local function reached()
  if link then link:close() end
  link = socket.connect(host, tonumber(port)) or os.exit(4)
  link:settimeout(0.3 + seconds)
end

local function translated(text)
  for _ = 1, 3 do
    local answer = link:send(text .. '\n') and link:receive '*l'
    if answer then return answer end
    reached()
  end
  os.exit(9)
end

reached()
local made, asked = {}, nil
for line in io.lines(catalogue) do
  local text = line:match '^msgid "(.*)"$'
  if text and text ~= '' then asked = text end
  if asked and line == 'msgstr ""' then
    line, asked = ('msgstr "%s"'):format(translated(asked)), nil
  end
  made[#made + 1] = line .. '\n'
end
link:close()
local proof = assert(io.popen('msgfmt --check-format -o /dev/null -', 'w'))
proof:write(table.concat(made))
if not proof:close() then os.exit(8) end
local left = assert(io.open(catalogue:gsub('%.po$', '') .. '.eo.po', 'w'))
for _, line in ipairs(made) do left:write(line) end
assert(left:close())
