-- Acknowledges and deletes entries, but only those that this consumer still holds.
-- KEYS[1] stream · ARGV[1] group · ARGV[2] consumer · ARGV[3…] entry ids
local done = 0
for i = 3, #ARGV do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #pending > 0 then
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
    redis.call('XDEL', KEYS[1], ARGV[i])
    done = done + 1
  end
end
return done
