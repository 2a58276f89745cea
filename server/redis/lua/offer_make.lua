-- Proposes a waiting conversation to an agent, if every fact that the router believed in still holds.
-- KEYS    router, conversation, log, agent, agent sessions, held, routing stream
-- ARGV    now or '', prefix, router epoch, conversation id, version, agent id, capacity, offer id, deadline, draft
-- RETURNS {'ok'} | {'no', the fact that no longer held}
-- Invariants: one live offer per conversation; load never exceeds capacity; repeating a live offer changes nothing.
local now = now_ms(ARGV[1])
local router, conversation, log, agent, sessions, held, stream = unpack(KEYS)
local prefix, id, agent_id = ARGV[2], ARGV[4], ARGV[6]
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no', 'epoch'} end
local c = call('HMGET', conversation, 'status', 'version', 'weight', 'agent', 'offer')
if c[1] == 'offered' and c[4] == agent_id and c[5] == ARGV[8] then return {'ok'} end
if c[1] ~= 'queued' then return {'no', 'status'} end
if c[2] ~= ARGV[5] then return {'no', 'version'} end
local a = call('HMGET', agent, 'choice', 'load')
if a[1] ~= 'available' then return {'no', 'choice'} end
if call('HLEN', sessions) == 0 then return {'no', 'offline'} end
if tonumber(a[2]) + tonumber(c[3]) > tonumber(ARGV[7]) then return {'no', 'capacity'} end
expect_type('XLEN', log, stream)
expect_type('SCARD', held)

call('HSET', conversation, 'status', 'offered', 'agent', agent_id, 'offer', ARGV[8], 'deadline', ARGV[9])
call('SADD', held, id)
call('HINCRBY', agent, 'load', c[3])
call('HSET', agent, 'asked', now)
append_events(conversation, log, id, prefix, now, {'S', ARGV[10]})
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
