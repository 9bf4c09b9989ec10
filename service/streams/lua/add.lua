-- Adds an entry for each job in one step, so that a waiting reader gets all of them at once.
-- KEYS[1] stream · ARGV[1…] job ids
for i = 1, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'job', ARGV[i])
end
return #ARGV
