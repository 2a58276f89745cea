-- The router takes an active conversation from an owner who did not come back, or who did not answer:
-- to its old place, which is the front.
-- KEYS    router, conversation, log, agent, agent sessions, held, routing stream
-- ARGV    now or '', prefix, router epoch, conversation id, agent id, assign_epoch, cooldown ms of an owner who is there
--         and did not answer ('0': it is gone), draft
-- RETURNS {'ok'} | {'no'}
-- Invariants: an owner who is to be gone keeps it while a session lives; the assign_epoch no longer opens anything.
local now = now_ms(ARGV[1])
local router, conversation, log, agent, sessions, held, stream = unpack(KEYS)
local prefix, id, agent_id = ARGV[2], ARGV[4], ARGV[5]
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'agent', 'assign_epoch', 'weight', 'cooldowns', 'consult')
if c[1] ~= 'active' or c[2] ~= agent_id or c[3] ~= ARGV[6] or (ARGV[7] == '0' and call('HLEN', sessions) > 0) then return {'no'} end
expect_type('XLEN', log, stream)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held)
append_events(conversation, log, id, prefix, now, {'A', ARGV[8]})
end_consult(conversation, prefix, c[6])
call('HSET', conversation, 'status', 'queued', 'agent', '', 'ea', '', 'queued', now, 'ad', 0, 'ar', 0,
  'cooldowns', cooldowns_with(c[5], now, agent_id, now + tonumber(ARGV[7])))
release_agent(agent, held, id, tonumber(c[4]), now)
emit_conversation(conversation, stream, id)
emit_agent(agent, stream, agent_id)
notify_agent(prefix, sessions, agent_id)
return {'ok'}
