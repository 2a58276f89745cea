-- A session of the customer is here: presence for routing, and its endpoint gets the events from now on.
-- KEYS    conversation, customer sessions, node sessions, nodes, routing stream
-- ARGV    now or '', conversation id, visitor id, session, incarnation, endpoint
-- RETURNS {'ok'} | {'not_found'} | {'unavailable'} (this node has no live lease)
-- Invariants: a session is listed under its node exactly as long as it is listed under the conversation.
local now = now_ms(ARGV[1])
local conversation, sessions, node, nodes, stream = unpack(KEYS)
local m = call('HMGET', conversation, 'visitor', 'status', 'absent')
if not m[1] or m[1] ~= ARGV[3] then return {'not_found'} end
if m[2] == 'closed' then return {'ok'} end
if not lease_lives(nodes, ARGV[5], now) then return {'unavailable'} end
expect_type('XLEN', stream)
expect_type('SCARD', node)
call('HSET', sessions, ARGV[4], ARGV[5] .. ' ' .. ARGV[6])
call('SADD', node, 'c ' .. ARGV[2] .. ' ' .. ARGV[4])
call('HSET', conversation, 'ec', endpoints(sessions))
if m[3] ~= '' then
  call('HSET', conversation, 'absent', '')
  emit_conversation(conversation, stream, ARGV[2])
end
return {'ok'}
