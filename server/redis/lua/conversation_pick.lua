-- An agent takes a waiting conversation without having been asked, and becomes its owner under a new assign_epoch.
-- KEYS    conversation, log, agent, agent sessions, held, routing stream
-- ARGV    now or '', prefix, conversation id, agent id, capacity, draft
-- RETURNS {'ok'} | {'illegal_state'} | {'not_found'}
-- Invariants: one owner; load never exceeds capacity; a repeat changes nothing, even when the talk is over by then.
local now = now_ms(ARGV[1])
local conversation, log, agent, sessions, held, stream = unpack(KEYS)
local prefix, id, agent_id = ARGV[2], ARGV[3], ARGV[4]
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'picked', 'weight', 'skills')
if not c[1] then return {'not_found'} end
if c[2] == agent_id and c[4] == agent_id .. ' ' .. c[3] and c[1] ~= 'offered' then return {'ok'} end
local a = call('HMGET', agent, 'choice', 'load')
if c[1] ~= 'queued' or a[1] ~= 'available' or call('HLEN', sessions) == 0 then return {'illegal_state'} end
if tonumber(a[2]) + tonumber(c[5]) > tonumber(ARGV[5]) then return {'illegal_state'} end
expect_type('XLEN', log, stream)
expect_type('SCARD', held)

local epoch = call('HINCRBY', conversation, 'assign_epoch', 1)
call('HSET', conversation, 'status', 'active', 'agent', agent_id, 'picked', agent_id .. ' ' .. string.format('%d', epoch),
  'deadline', '', 'cooldowns', '', 'ea', endpoints(sessions), 'skills', anyones(c[6]))
call('SADD', held, id)
call('HINCRBY', agent, 'load', c[5])
call('HSET', agent, 'idle', now, 'misses', 0)
append_events(conversation, log, id, prefix, now, {'A', ARGV[6]})
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
