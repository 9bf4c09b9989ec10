-- Acknowledges and deletes entries that this consumer has received, in one step. An adoption adds an entry again
-- under a new id and deletes the former one. So an entry in ARGV still belongs to this consumer, or does not exist.
-- KEYS[1] stream · ARGV[1] group · ARGV[2…] entry ids
local done = redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
return done
