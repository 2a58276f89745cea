-- A conversation that waited for one agent only may go to whoever has the skills.
-- KEYS    router, conversation, routing stream
-- ARGV    router epoch, conversation id, version
-- RETURNS {'ok'} | {'no'}
-- Invariants: only while queued, and as the router saw it; effective arrival and skills are kept.
local router, conversation, stream = unpack(KEYS)
if call('HGET', router, 'epoch') ~= ARGV[1] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'version', 'skills')
if c[1] ~= 'queued' or c[2] ~= ARGV[3] or string.sub(c[3], 1, 1) ~= '@' then return {'no'} end
call('HSET', conversation, 'skills', anyones(c[3]), 'deadline', '')
emit_conversation(conversation, stream, ARGV[2])
return {'ok'}
