-- Adds an entry for each durable event, in order, in one step.
-- KEYS[1] stream · ARGV[1…] an event each: channel, version, user and body, one a line
for i = 1, #ARGV do
  local channel, version, user, body = string.match(ARGV[i], '^([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
  local added = redis.pcall('XADD', KEYS[1], '*', 'k', 'e', 'c', channel, 'v', version, 'u', user, 'd', body)
  if type(added) == 'table' and added.err then
    return added
  end
end
return #ARGV
