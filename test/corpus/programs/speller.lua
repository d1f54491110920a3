#!/usr/bin/lua5.4
-- speller.lua FILE: looks at the spelling of each line that comes in, which is always right, but for the last, for which it offers what is in the file.
io.stdout:setvbuf 'line'
for line in io.lines() do
  if line == '#' then
    local file = assert(io.open(arg[1], 'rb'))
    local text = file:read 'a'
    file:close()
    print('& ' .. text:gsub('.', function(each) return string.format('%02x', each:byte()) end))
  else
    print '*'
  end
end
