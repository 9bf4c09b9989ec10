-- Returns the id and the channel of each entry from an id on, without what the entries say.
-- KEYS[1] stream · ARGV[1] the first id · ARGV[2] how many at most
local told = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])) do
  local id, fields = entry[1], entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'c' then
      told[#told + 1] = { id, fields[i + 1] }
    end
  end
end
return told
