-- The agent takes the offered conversation and becomes its owner under a new assign_epoch.
-- KEYS    conversation, log, agent, agent sessions, held, routing stream
-- ARGV    now or '', prefix, conversation id, agent id, offer id, audience, draft, ...
-- RETURNS {'ok'} | {'illegal_state'} | {'not_found'}
-- Invariants: one owner; valid until the offer is ended, whatever its deadline; a repeat changes nothing, even when the
--         talk is over by then.
local now = now_ms(ARGV[1])
local conversation, log, agent, sessions, held, stream = unpack(KEYS)
local prefix, id, agent_id, offer = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local c = call('HMGET', conversation, 'status', 'agent', 'offer', 'accepted', 'skills')
if not c[1] then return {'not_found'} end
if c[2] == agent_id and c[4] == offer and c[1] ~= 'offered' then return {'ok'} end
if c[1] ~= 'offered' or c[2] ~= agent_id or c[3] ~= offer then return {'illegal_state'} end
expect_type('XLEN', log, stream)
expect_type('HLEN', agent)
call('HSET', conversation, 'status', 'active', 'offer', '', 'accepted', offer, 'deadline', '', 'cooldowns', '', 'ea', endpoints(sessions),
  'skills', anyones(c[5]))
call('HINCRBY', conversation, 'assign_epoch', 1)
call('HSET', agent, 'idle', now, 'misses', 0)
append_events(conversation, log, id, prefix, now, drafts_from(6))
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
