-- Lists a conversation as live if it is open, and not if it is closed or gone.
-- KEYS    conversation, live
-- ARGV    conversation id
-- RETURNS {'ok'} | {'no'} (it was right)
local status = call('HGET', KEYS[1], 'status')
local changed
if status and status ~= 'closed' then changed = call('SADD', KEYS[2], ARGV[1]) else changed = call('SREM', KEYS[2], ARGV[1]) end
return {changed == 1 and 'ok' or 'no'}
