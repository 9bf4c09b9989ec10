-- Gives a dead consumer's pending entries to everyone: adds each again, acknowledges and
-- deletes the old one. The consumer is removed once it holds nothing: removing it earlier
-- would throw its entries away.
-- KEYS[1] stream · ARGV[1] group · ARGV[2] consumer · ARGV[3] how many at most
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[3], ARGV[2])
for _, entry in ipairs(pending) do
  local id = entry[1]
  local found = redis.call('XRANGE', KEYS[1], id, id)
  redis.call('XACK', KEYS[1], ARGV[1], id)
  redis.call('XDEL', KEYS[1], id)
  if #found > 0 then
    redis.call('XADD', KEYS[1], '*', unpack(found[1][2]))
  end
end
if #pending < tonumber(ARGV[3]) then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
end
return #pending
