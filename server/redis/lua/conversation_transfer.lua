-- The owner passes the conversation on: back into a queue, at its old place.
-- KEYS    conversation, log, agent, agent sessions, held, routing stream
-- ARGV    now or '', prefix, conversation id, agent id, assign_epoch, department, skills, weight, topic, cooldown ms of the
--         one who passes it on, how long in ms it may wait for one agent ('0': for nobody in particular), audience, draft, ...
-- RETURNS {'ok'} | {'stale_assignment'} | {'illegal_state'} | {'not_found'}
-- Invariants: effective arrival is kept, the ladder begins anew; a repeat with the same assign_epoch changes nothing.
local now = now_ms(ARGV[1])
local conversation, log, agent, sessions, held, stream = unpack(KEYS)
local prefix, id, agent_id, epoch = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'weight', 'released', 'consult')
if not c[1] then return {'not_found'} end
if c[5] == agent_id .. ' ' .. epoch then return {'ok'} end
if c[2] ~= agent_id or c[3] ~= epoch then return {'stale_assignment'} end
if c[1] ~= 'active' then return {'illegal_state'} end
expect_type('XLEN', log, stream)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held)
append_events(conversation, log, id, prefix, now, drafts_from(12))
end_consult(conversation, prefix, c[6])
call('HSET', conversation, 'status', 'queued', 'agent', '', 'ea', '', 'released', agent_id .. ' ' .. epoch, 'department', ARGV[6],
  'skills', ARGV[7], 'deadline', ARGV[11] == '0' and '' or string.format('%d', now + tonumber(ARGV[11])), 'weight', ARGV[8],
  'topic', ARGV[9], 'step', '', 'queued', now, 'ad', 0, 'ar', 0, 'cooldowns', cooldowns_with('', now, agent_id, now + tonumber(ARGV[10])))
release_agent(agent, held, id, tonumber(c[4]), now)
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
