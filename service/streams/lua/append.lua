-- Adds an entry for each durable event, in order, in one step.
-- KEYS[1] stream · ARGV[1…] channel, version, user and body of each event
for i = 1, #ARGV, 4 do
  local added = redis.pcall('XADD', KEYS[1], '*', 'k', 'e', 'c', ARGV[i], 'v', ARGV[i + 1], 'u', ARGV[i + 2],
    'd', ARGV[i + 3])
  if type(added) == 'table' and added.err then
    return added
  end
end
return #ARGV / 4
