-- A session of the customer is gone. The last one's going starts the clock of abandonment.
-- KEYS    conversation, customer sessions, node sessions, nodes, routing stream
-- ARGV    now or '', conversation id, session, incarnation when its node is taken to be dead, or ''
-- RETURNS {'ok'} | {'no'} (the node lives)
-- Invariants: repeats change nothing; nobody but a node itself ends sessions under its live lease.
local now = now_ms(ARGV[1])
local conversation, sessions, node, nodes, stream = unpack(KEYS)
if ARGV[4] ~= '' and lease_lives(nodes, ARGV[4], now) then return {'no'} end
expect_type('XLEN', stream)
expect_type('HLEN', conversation, sessions)
call('SREM', node, 'c ' .. ARGV[2] .. ' ' .. ARGV[3])
if call('HDEL', sessions, ARGV[3]) == 0 then return {'ok'} end
call('HSET', conversation, 'ec', endpoints(sessions))
local m = call('HMGET', conversation, 'status', 'absent')
if call('HLEN', sessions) == 0 and m[1] and m[1] ~= 'closed' and m[2] == '' then
  call('HSET', conversation, 'absent', now)
  emit_conversation(conversation, stream, ARGV[2])
end
return {'ok'}
