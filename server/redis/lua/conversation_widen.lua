-- The router asks for less: more rungs of the ladder are taken, or it no longer waits for one agent or for bots only.
-- KEYS    router, conversation, log, routing stream
-- ARGV    now or '', prefix, router epoch, conversation id, version, rungs taken, '1' when anyone may take it, draft
-- RETURNS {'ok'} | {'no'} (a fact had changed, or there is nothing to widen)
-- Invariants: only while queued, and as the router saw it; effective arrival and skills are kept; rungs are never given back.
local now = now_ms(ARGV[1])
local router, conversation, log, stream = unpack(KEYS)
local id, step = ARGV[4], tonumber(ARGV[6])
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'version', 'skills', 'step')
if c[1] ~= 'queued' or c[2] ~= ARGV[5] then return {'no'} end
local further = step > (tonumber(c[4] or '') or 0)
local anyone = ARGV[7] == '1' and string.sub(c[3], 1, 1) == '@'
if not further and not anyone then return {'no'} end
expect_type('XLEN', log, stream)
append_events(conversation, log, id, ARGV[2], now, {'S', ARGV[8]})
if further then call('HSET', conversation, 'step', ARGV[6]) end
if anyone then call('HSET', conversation, 'skills', anyones(c[3]), 'deadline', '') end
emit_conversation(conversation, stream, id)
return {'ok'}
