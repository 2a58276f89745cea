-- The router closes a waiting conversation that no department takes.
-- KEYS    router, conversation, log, routing stream, live, outbox
-- ARGV    now or '', prefix, router epoch, conversation id, version, reason, draft
-- RETURNS {'ok'} | {'no'}
-- Invariants: only while queued, and as the router saw it; what an agent is being asked about is not turned away.
local now = now_ms(ARGV[1])
local router, conversation, log, stream, live, outbox = unpack(KEYS)
local id = ARGV[4]
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'version')
if c[1] ~= 'queued' or c[2] ~= ARGV[5] then return {'no'} end
expect_type('XLEN', log, stream, outbox)
expect_type('SCARD', live)
append_events(conversation, log, id, ARGV[2], now, {'A', ARGV[7]})
call('HSET', conversation, 'status', 'closed', 'deadline', '', 'reason', ARGV[6], 'closed', now)
call('SREM', live, id)
call('XADD', outbox, '*', 'c', id, 't', now)
emit_conversation(conversation, stream, id)
return {'ok'}
