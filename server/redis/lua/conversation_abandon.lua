-- The router closes a waiting conversation whose customer is gone.
-- KEYS    router, conversation, log, agent, agent sessions, held, routing stream, live, outbox
-- ARGV    now or '', prefix, router epoch, conversation id, version, agent id that has the offer or '', draft
-- RETURNS {'ok'} | {'no'}
-- Invariants: a customer who came back in time raised the version, so nothing is closed under him.
local now = now_ms(ARGV[1])
local router, conversation, log, agent, sessions, held, stream, live, outbox = unpack(KEYS)
local prefix, id, agent_id = ARGV[2], ARGV[4], ARGV[6]
if call('HGET', router, 'epoch') ~= ARGV[3] then return {'no'} end
local c = call('HMGET', conversation, 'status', 'version', 'agent', 'weight', 'absent')
if (c[1] ~= 'queued' and c[1] ~= 'offered') or c[2] ~= ARGV[5] or c[3] ~= agent_id or c[5] == '' then return {'no'} end
expect_type('XLEN', log, stream, outbox)
expect_type('HLEN', agent, sessions)
expect_type('SCARD', held, live)
append_events(conversation, log, id, prefix, now, {'A', ARGV[7]})
call('HSET', conversation, 'status', 'closed', 'agent', '', 'offer', '', 'deadline', '', 'reason', 'abandoned', 'closed', now)
call('SREM', live, id)
call('XADD', outbox, '*', 'c', id, 't', now)
emit_conversation(conversation, stream, id)
if agent_id ~= '' then
  release_agent(agent, held, id, tonumber(c[4]))
  emit_agent(agent, stream, agent_id)
  notify_agent(prefix, sessions, agent_id)
end
return {'ok'}
