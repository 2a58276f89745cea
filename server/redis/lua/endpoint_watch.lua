-- An observer's endpoint joins or leaves a conversation.
-- KEYS    conversation
-- ARGV    endpoint, '1' to join or '0' to leave
-- RETURNS {'ok'} | {'not_found'}
-- Invariants: an endpoint is listed once.
local list = call('HMGET', KEYS[1], 'status', 'ew')
if not list[1] then return {'not_found'} end
local kept = {}
for _, endpoint in ipairs(words(list[2])) do
  if endpoint ~= ARGV[1] then kept[#kept + 1] = endpoint end
end
if ARGV[2] == '1' then kept[#kept + 1] = ARGV[1] end
call('HSET', KEYS[1], 'ew', table.concat(kept, ' '))
return {'ok'}
