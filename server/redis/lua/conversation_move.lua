-- The router sends a waiting conversation on to another department, because its own takes nothing more.
-- KEYS    router, conversation, log, routing stream
-- ARGV    now or '', prefix, router epoch, conversation id, version, department, skills, weight, draft
-- RETURNS {'ok'} | {'no'}
-- Invariants: only while queued, and as the router saw it; its place and the time it has waited are kept; the other
--         department's ladder begins at its first rung.
local now = now_ms(ARGV[1])
local router, conversation, log, stream = unpack(KEYS)
local id = ARGV[4]
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'version')
if c[1] ~= 'queued' or c[2] ~= ARGV[5] then return {'no'} end
expect_type('XLEN', log, stream)
append_events(conversation, log, id, ARGV[2], now, {'A', ARGV[9]})
call('HSET', conversation, 'department', ARGV[6], 'skills', ARGV[7], 'weight', ARGV[8], 'step', '', 'deadline', '', 'queued', now)
emit_conversation(conversation, stream, id)
return {'ok'}
